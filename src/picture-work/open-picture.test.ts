/** @file Tests that a picture that stays decoded gives the same pixel values wherever it is, as those of the whole changed picture. */
import sharp from "sharp";
import { afterAll, describe, expect, it, test } from "vitest";
import { decodeImage } from "../image/decode.ts";
import { fillPatches } from "../../test/support/fill-patches.ts";
import { meanColor } from "../image/fill.ts";
import { pixelValuesOf, prepareImage } from "../image/prepare.ts";
import type { FitMode, ResamplingFilter, RgbImage } from "../image/types.ts";
import { normalNumber, seededRandom } from "../tensor/random.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { changeablePicture, digestOf, type PictureChange } from "./changeable-picture.ts";
import { openPicture } from "./open-picture.ts";
import { endProcess } from "./picture-process.ts";
import { isSmallPicture } from "./small-picture.ts";
import { squareSettings } from "../../test/support/processor-settings.ts";

const settings = squareSettings(32);
const fitting = { name: "a.png", settings, fit: "default" } as const;

function randomPicture(width: number, height: number): RgbImage {
  const random = seededRandom(5);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => Math.floor(256 * random())) };
}

async function pngOf({ width, height, data }: RgbImage): Promise<Uint8Array> {
  return new Uint8Array(
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: 0 })
      .toBuffer(),
  );
}

const boxes = [
  { left: -3.5, top: 40.2, width: 150.1, height: 99.9 },
  { left: 210, top: 10, width: 20, height: 300 },
];
const other = randomPicture(90, 70);
const fills = (["mean", "blur", "noise", "others"] as const).map((fill) => ({
  boxes,
  fill,
  seed: 11,
  sigma: 7.5,
  ...(fill === "others" ? { other } : {}),
}));
const changes: readonly PictureChange[] = [
  { kind: "none" },
  ...fills.map((fill) => ({ kind: "fill", ...fill }) as const),
  { kind: "blank" },
  { kind: "noise", deviation: 6, seed: 3 },
];

/** The changed picture as a whole, made without rows. */
function changedWhole(picture: RgbImage, change: PictureChange): RgbImage {
  if (change.kind === "none") return picture;
  if (change.kind === "fill") return fillPatches(picture, change);
  const color = meanColor(picture);
  const random = seededRandom(change.kind === "noise" ? change.seed : 0);
  const noisy = (level: number, deviation: number) =>
    Math.min(255, Math.max(0, Math.round(level + normalNumber(random) * deviation)));
  const data = picture.data.map((level, i) =>
    change.kind === "noise" ? noisy(level, change.deviation) : color[i % 3]!,
  );
  return { ...picture, data };
}

const bitsOf = ({ data, dims }: FloatTensor) => [dims, Buffer.from(data.buffer, data.byteOffset, data.byteLength)];

describe("changeablePicture", () => {
  const shapes: readonly (readonly [number, number])[] = [
    [230, 310],
    [40, 400],
    [20, 30],
  ];
  const filters: readonly ResamplingFilter[] = ["bicubic", "nearest"];
  const fits: readonly FitMode[] = ["resize", "pad"];
  test.each(shapes)("fits what the whole changed picture gives, of %i x %i", (width, height) => {
    const picture = randomPicture(width, height);
    for (const fit of fits) {
      for (const filter of filters) {
        const options = { settings: { ...settings, filter }, fit };
        const changeable = changeablePicture(picture, { ...options, name: "a.png" });
        for (const change of changes) {
          const expected = prepareImage(changedWhole(picture, change), options).pixelValues;
          expect(bitsOf(pixelValuesOf(changeable.levels(change), options.settings))).toEqual(bitsOf(expected));
        }
      }
    }
  });

  it("refuses a blur that has no room, in a sentence", () => {
    const [width, height] = [9000, 9000];
    const picture = { width, height, data: new Uint8Array(width * height * 3) };
    const [, blur] = fills;
    expect(() => changeablePicture(picture, fitting).levels({ kind: "fill", ...blur! })).toThrow(
      "The picture a.png has 9000 x 9000 pixels, and to blur it would need 526 MB of memory, more than the limit of 400; fill patches with the mean color or noise, or make the picture smaller first.",
    );
  });
});

describe("openPicture", async () => {
  const picture = randomPicture(600, 500);
  const bytes = await pngOf(picture);
  const inPlace = changeablePicture((await decodeImage(bytes, { name: "a.png" })).image, fitting);
  const open = await openPicture(bytes, fitting);
  afterAll(() => open.close());

  it("gives a larger picture out of its process the pixel values that it has in place", async () => {
    expect(isSmallPicture(bytes)).toBe(false);
    expect(open.facts).toMatchObject({ mediaType: "image/png", width: 600, height: 500 });
    for (const change of changes) {
      expect(bitsOf(await open.pixelValues(change))).toEqual(bitsOf(pixelValuesOf(inPlace.levels(change), settings)));
    }
    expect(await open.digest()).toBe(digestOf(picture));
  });

  it("goes on when the process was ended, and when the picture was closed", async () => {
    const expected = bitsOf(pixelValuesOf(inPlace.levels(changes[1]!), settings));
    endProcess();
    expect(bitsOf(await open.pixelValues(changes[1]!))).toEqual(expected);
    open.close();
    expect(bitsOf(await open.pixelValues(changes[1]!))).toEqual(expected);
  });

  it("reads a small picture in place", async () => {
    const small = randomPicture(230, 310);
    const smallBytes = await pngOf(small);
    expect(isSmallPicture(smallBytes)).toBe(true);
    const opened = await openPicture(smallBytes, fitting);
    for (const change of changes) {
      const expected = pixelValuesOf(changeablePicture(small, fitting).levels(change), settings);
      expect(bitsOf(await opened.pixelValues(change))).toEqual(bitsOf(expected));
    }
    opened.close();
  });

  it("ends with the signal's reason, and with a sentence for what is no picture", async () => {
    const controller = new AbortController();
    const stopped = await openPicture(bytes, { ...fitting, signal: controller.signal });
    const [, , blur] = changes;
    const work = stopped.pixelValues(blur!);
    setTimeout(() => controller.abort(new Error("Cancelled.")), 20);
    await expect(work).rejects.toThrow("Cancelled.");
    await expect(stopped.pixelValues(blur!)).rejects.toThrow("Cancelled.");
    stopped.close();
    await expect(openPicture(Uint8Array.of(1, 2, 3), fitting)).rejects.toMatchObject({ code: "bad-request" });
    // The others are not concerned.
    expect(await open.digest()).toBe(digestOf(picture));
  });
});
