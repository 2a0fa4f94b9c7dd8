import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import type { VisionDefinition } from "../models/definition.ts";
import { defineModel } from "../models/registry.ts";
import { nodeHost } from "../local-model/node-host.ts";
import { demoCheckpointFolder, demoQuestion } from "../program/demo.ts";
import { layoutOf, pixelValuesOf } from "../image/prepare.ts";
import type { PictureAnswer, PictureTask } from "../picture-work/work-types.ts";
import type { PictureReader } from "./host.ts";
import { loadPictures } from "./pictures.ts";

let checkpoint: Checkpoint;
let vision: VisionDefinition;
beforeAll(async () => {
  checkpoint = await openCheckpoint(demoCheckpointFolder, { name: "demo" });
  vision = defineModel(checkpoint.config).vision;
});

const wide = fileURLToPath(new URL("../../test/fixtures/preprocess/", import.meta.url));

describe("loadPictures", () => {
  it("gives the file's bytes, the model's input and the grid on the picture", async () => {
    const [picture] = await loadPictures([demoQuestion.picture], {
      reader: nodeHost.pictures,
      checkpoint,
      vision,
      fit: "default",
    });
    expect(picture!.bytes.subarray(1, 4)).toEqual(new TextEncoder().encode("PNG"));
    expect(picture!.pixelValues.dims).toEqual([3, 224, 224]);
    expect(picture!.plan.imageTokens).toHaveLength(14 * 14);
    expect(picture!.runImage).toEqual({
      name: "arrow-right.png",
      mediaType: "image/png",
      width: 448,
      height: 448,
      fit: "default",
      inputWidth: 224,
      inputHeight: 224,
      grids: [{ rows: 14, cols: 14, box: { left: 0, top: 0, width: 448, height: 448 } }],
    });
  });

  it("keeps the order of the files", async () => {
    const paths = [demoQuestion.picture, demoQuestion.picture.replace("right", "up")];
    const pictures = await loadPictures(paths, { reader: nodeHost.pictures, checkpoint, vision, fit: "crop" });
    expect(pictures.map(({ runImage }) => runImage.name)).toEqual(["arrow-right.png", "arrow-up.png"]);
  });

  it("decodes with what it is given alone", async () => {
    const levels = { width: 224, height: 224, data: new Uint8Array(3 * 224 ** 2).fill(128) };
    const layout = layoutOf(levels, { settings: checkpoint.processor, fit: "default" });
    const prepared = { levels: [levels], pixelValues: pixelValuesOf([levels], checkpoint.processor), layout };
    const reader: PictureReader = {
      readFile: (path) => Promise.resolve(new TextEncoder().encode(path)),
      read: <Task extends PictureTask>() =>
        Promise.resolve({ mediaType: "image/png", width: 224, height: 224, prepared } as unknown as PictureAnswer<
          Task["kind"]
        >),
      open: () => Promise.reject(new Error("not asked for")),
    };
    const [picture] = await loadPictures(["memory/gray.png"], { reader, checkpoint, vision, fit: "default" });
    expect(new TextDecoder().decode(picture!.bytes)).toBe("memory/gray.png");
    expect(picture!.runImage).toMatchObject({ name: "gray.png", width: 224, inputWidth: 224 });
    expect(picture!.pixelValues).toBe(prepared.pixelValues);
  });

  it("refuses a picture whose fit is not the model's size", async () => {
    const processor = { ...checkpoint.processor, centerCrop: null, resize: { shortestEdge: 100 } };
    const reader = nodeHost.pictures;
    const options = { reader, checkpoint: { name: "small", processor }, vision, fit: "default" } as const;
    await expect(loadPictures([demoQuestion.picture], options)).rejects.toThrow(
      'becomes 100 x 100 pixels with the fit "default", but small takes 224 x 224; use the fit resize, crop or pad.',
    );
  });

  it("names the file that cannot be read", async () => {
    await expect(
      loadPictures([`${wide}none.png`], { reader: nodeHost.pictures, checkpoint, vision, fit: "default" }),
    ).rejects.toThrow("none.png");
    const text = fileURLToPath(import.meta.url);
    await expect(
      loadPictures([text], { reader: nodeHost.pictures, checkpoint, vision, fit: "default" }),
    ).rejects.toThrow("pictures.test.ts is a text, not a picture");
  });

  it("warns of samples that are lost, and stretches them as an edit", async () => {
    // An X-ray: 12 bits in 16, from 1,000 to 3,995.
    const side = 60;
    const samples = Uint16Array.from(
      { length: side * side },
      (_, i) => 1000 + (i % side) * 40 + Math.floor(i / side) * 11,
    );
    const raw = { width: side, height: side, channels: 1, depth: "ushort" } as const;
    const png = await sharp(samples, { raw }).toColourspace("grey16").png().toBuffer();
    const file = join(await mkdtemp(join(tmpdir(), "pictures-")), "xray.png");
    await writeFile(file, png);
    const options = { reader: nodeHost.pictures, checkpoint, vision, fit: "default" } as const;
    const [plain] = await loadPictures([file], options);
    expect(plain!.warning).toMatch(
      /^The picture xray.png comes out white in 100 % of its pixels: .* from 1000 to 4009/,
    );
    expect(new Set(plain!.levels[0]!.data)).toEqual(new Set([255]));
    const [stretched] = await loadPictures([file], { ...options, stretch: true });
    expect(stretched!.warning).toBeUndefined();
    expect(stretched!.bytes).toEqual(new Uint8Array(png));
    expect(stretched!.runImage).toMatchObject({
      mediaType: "image/png",
      edits: [{ tool: "stretch", range: { low: 1000, high: 4009 } }],
    });
    const levels = await sharp(stretched!.editedBytes).removeAlpha().extractChannel(0).raw().toBuffer();
    const expected = Uint8Array.from(samples, (sample) => Math.round(((sample - 1000) * 255) / 3009));
    expect(new Uint8Array(levels)).toEqual(expected);
    await rm(dirname(file), { recursive: true });
  });

  it("stops between two pictures", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(
      loadPictures([demoQuestion.picture], { reader: nodeHost.pictures, checkpoint, vision, fit: "pad", signal }),
    ).rejects.toThrow("enough");
  });
});
