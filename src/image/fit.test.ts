import { describe, expect, it } from "vitest";
import { boxOfPlan, fitsOf, inputSize, planFit } from "./fit.ts";
import { prepareImage } from "./prepare.ts";
import { fitModes, type FitMode, type RgbImage, type WholeSettings } from "./types.ts";

const clip: WholeSettings = {
  kind: "whole",
  processorType: "CLIPImageProcessor",
  resize: { shortestEdge: 12 },
  filter: "bicubic",
  centerCrop: { width: 12, height: 12 },
  padToSquare: false,
  rescaleFactor: 1 / 255,
  normalize: { mean: [0.5, 0.25, 0.75], std: [0.5, 0.5, 0.5] },
  imageMean: [0.5, 0.25, 0.75],
};
const siglip: WholeSettings = { ...clip, resize: { width: 12, height: 12 }, centerCrop: null };

function filled(width: number, height: number, level = 200): RgbImage {
  return { width, height, data: new Uint8Array(width * height * 3).fill(level) };
}

function colorAt(image: RgbImage, x: number, y: number): number[] {
  return [...image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3)];
}

describe("planFit", () => {
  it("cuts the fraction of the long side as the processor does", () => {
    const plan = planFit({ width: 7, height: 16 }, { settings: clip, fit: "default" });
    // 12 x 16 / 7 = 27.43, of which (27 - 12) / 2 = 7.5 lie above the crop.
    expect(plan.resized).toEqual({ width: 12, height: 27 });
    expect(plan.window).toEqual({ left: 0, top: 7, width: 12, height: 12 });
  });

  it("rounds the offset of a padded square down", () => {
    const plan = planFit({ width: 10, height: 7 }, { settings: clip, fit: "pad" });
    expect(plan.canvas).toEqual({ width: 10, height: 10, left: 0, top: 1 });
    expect(plan.resized).toEqual({ width: 12, height: 12 });
  });

  it("follows a processor that pads by itself only in the modes that keep its steps", () => {
    const settings = { ...siglip, padToSquare: true };
    const sizes = fitModes.map((fit) => planFit({ width: 10, height: 7 }, { settings, fit }).canvas.height);
    expect(sizes).toEqual([10, 7, 7, 10]);
  });

  it("covers an input that is not square", () => {
    const settings: WholeSettings = { ...siglip, resize: { width: 20, height: 10 } };
    const wide = planFit({ width: 90, height: 30 }, { settings, fit: "crop" });
    expect(wide.resized).toEqual({ width: 30, height: 10 });
    expect(wide.window).toEqual({ left: 5, top: 0, width: 20, height: 10 });
    const tall = planFit({ width: 30, height: 90 }, { settings, fit: "crop" });
    expect(tall.resized).toEqual({ width: 20, height: 60 });
    expect(tall.window).toEqual({ left: 0, top: 25, width: 20, height: 10 });
  });
});

describe("inputSize", () => {
  it("is that of the crop, else of the resize", () => {
    expect(inputSize({ ...clip, centerCrop: { width: 8, height: 6 } })).toEqual({ width: 8, height: 6 });
    expect(inputSize({ ...siglip, resize: { width: 9, height: 5 } })).toEqual({ width: 9, height: 5 });
    expect(inputSize({ ...clip, centerCrop: null })).toEqual({ width: 12, height: 12 });
  });

  it("is what decides which fits a processor can do", () => {
    expect(fitsOf(clip)).toEqual(["default", "crop", "resize", "pad"]);
    expect(fitsOf({ ...clip, resize: null, centerCrop: null })).toEqual(["default", "pad"]);
    const packed = {
      ...clip,
      kind: "packed",
      patchSize: 2,
      mergeSize: 2,
      temporalPatchSize: 2,
      minPixels: 16,
    } as const;
    expect(fitsOf({ ...packed, maxPixels: 64 })).toEqual(["default", "crop", "resize", "pad"]);
  });

  it("refuses a processor that keeps every size", () => {
    expect(() => inputSize({ ...clip, resize: null, centerCrop: null })).toThrow(
      'The processor CLIPImageProcessor neither resizes nor crops, so it has no input size; use the fit "default".',
    );
  });
});

describe("boxOfPlan", () => {
  const boxOf = (picture: { width: number; height: number }, fit: FitMode, settings = clip) =>
    boxOfPlan(planFit(picture, { settings, fit }));

  it("is the centered part of the picture that a crop keeps", () => {
    expect(boxOf({ width: 48, height: 24 }, "crop")).toEqual({ left: 12, top: 0, width: 24, height: 24 });
    expect(boxOf({ width: 24, height: 48 }, "default")).toEqual({ left: 0, top: 12, width: 24, height: 24 });
  });

  it("is the whole picture for a resize, to the last bit", () => {
    for (const [width, height] of [[7, 3] as const, [101, 997] as const, [1, 1] as const, [640, 427] as const]) {
      expect(boxOf({ width, height }, "resize")).toEqual({ left: 0, top: 0, width, height });
    }
  });

  it("reaches beyond the picture by the padding", () => {
    expect(boxOf({ width: 10, height: 7 }, "pad")).toEqual({ left: 0, top: -1, width: 10, height: 10 });
    expect(boxOf({ width: 7, height: 10 }, "pad", siglip)).toEqual({ left: -1, top: 0, width: 10, height: 10 });
  });

  it("reaches beyond the picture where the crop is larger than it", () => {
    const settings = { ...clip, resize: null, centerCrop: { width: 12, height: 6 } };
    expect(boxOf({ width: 5, height: 8 }, "default", settings)).toEqual({ left: -4, top: 1, width: 12, height: 6 });
  });
});

describe("prepareImage", () => {
  it("gives every mode the processor's input size, on the thinnest pictures too", () => {
    const thin = [filled(1, 1), filled(500, 1), filled(1, 500), filled(3, 7)];
    for (const image of thin) {
      for (const fit of fitModes) {
        const {
          levels: [levels],
          pixelValues,
        } = prepareImage(image, { settings: clip, fit });
        expect([levels!.width, levels!.height]).toEqual([12, 12]);
        expect(pixelValues.dims).toEqual([3, 12, 12]);
      }
    }
  });

  it("pads with floor(255 x mean)", () => {
    const {
      levels: [levels],
    } = prepareImage(filled(4, 12), { settings: clip, fit: "pad" });
    expect(colorAt(levels!, 0, 6)).toEqual([127, 63, 191]);
    expect(colorAt(levels!, 6, 6)).toEqual([200, 200, 200]);
  });

  it("leaves black where the crop is larger than the picture, the odd pixel at the end", () => {
    const settings = { ...clip, resize: null, centerCrop: { width: 6, height: 4 } };
    const {
      levels: [levels],
    } = prepareImage(filled(3, 9), { settings, fit: "default" });
    const firstRow = Array.from({ length: 6 }, (_, x) => colorAt(levels!, x, 0)[0]);
    expect(firstRow).toEqual([0, 0, 200, 200, 200, 0]);
  });

  it("keeps a picture's levels where the processor does not resize", () => {
    const image = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i * 14) };
    const settings = { ...clip, resize: null, centerCrop: null };
    const { levels, layout } = prepareImage(image, { settings, fit: "default" });
    expect(levels).toEqual([image]);
    expect(layout.views[0].box).toEqual({ left: 0, top: 0, width: 3, height: 2 });
  });

  it("does not need the memory of what it cuts away", () => {
    const strip = filled(60_000, 1);
    for (const fit of fitModes) {
      const settings = { ...clip, resize: { shortestEdge: 336 }, centerCrop: { width: 336, height: 336 } };
      expect(prepareImage(strip, { settings, fit }).levels[0]!.data.length).toBe(336 * 336 * 3);
    }
  });

  it("refuses a result that would fill the memory", () => {
    const settings = { ...clip, resize: { shortestEdge: 336 }, centerCrop: null };
    expect(() => prepareImage(filled(60_000, 1), { settings, fit: "default" })).toThrow(
      /would make 20160000 x 336 pixels of a picture of 60000 x 1, more than 100000000/,
    );
  });
});
