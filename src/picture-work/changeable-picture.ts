/** @file A decoded picture that is fitted to the vision tower again and again, each time with another change. */
import { createHash } from "node:crypto";
import { defaultDecodeLimits, PictureTooLargeError } from "../image/decode.ts";
import {
  fillBytes,
  meanColor,
  noisyRows,
  patchRows,
  plainRows,
  type FillOptions,
  type FillSettings,
  type NoiseSettings,
} from "../image/fill.ts";
import { fitImage, type FitOptions } from "../image/prepare.ts";
import type { RgbImage, RowSource } from "../image/types.ts";

/** What is done to the whole picture before it is fitted. */
export type PictureChange =
  | { readonly kind: "none" }
  | ({ readonly kind: "fill" } & FillOptions)
  /** The picture as one color: its mean. */
  | { readonly kind: "blank" }
  | ({ readonly kind: "noise" } & NoiseSettings);

export interface Fitting extends FitOptions {
  /** Of the picture, for messages. */
  readonly name: string;
}

export interface ChangeablePicture {
  readonly width: number;
  readonly height: number;
  /** What the model sees of the changed picture, one for each view. Throws a PictureTooLargeError if a blur of it has no room. */
  levels(change: PictureChange): readonly RgbImage[];
  /** The same for pictures with the same pixels. */
  digest(): string;
  /** Bytes of memory that the picture holds, and that it will after this change. */
  heldBytes(change?: PictureChange): number;
}

export function digestOf({ width, height, data }: RgbImage): string {
  return createHash("sha256").update(`${width} x ${height} `).update(data).digest("hex");
}

/** Only the last fill is kept, since a blur is as large as the picture. */
export function changeablePicture(image: RgbImage, { name, ...fitting }: Fitting): ChangeablePicture {
  const { width, height } = image;
  let filled: { readonly settings: FillSettings; readonly rowsWith: ReturnType<typeof patchRows> } | undefined;

  function fillRows({ boxes, fill, seed, sigma, other }: FillOptions): RowSource {
    const { settings } = filled ?? {};
    const isSame =
      settings?.fill === fill && settings.seed === seed && settings.sigma === sigma && settings.other === other;
    if (!isSame) {
      filled = undefined;
      checkRoom(image, { fill, name });
      const given = { fill, seed, sigma, other };
      filled = { settings: given, rowsWith: patchRows(image, given) };
    }
    return filled!.rowsWith(boxes);
  }

  function rowsOf(change: PictureChange): RowSource | undefined {
    switch (change.kind) {
      case "none":
        return undefined;
      case "fill":
        return fillRows(change);
      case "blank":
        return plainRows(image, meanColor(image));
      case "noise":
        return noisyRows(image, change);
    }
  }

  return {
    width,
    height,
    levels: (change) => fitImage(image, { ...fitting, rowAt: rowsOf(change) }).levels,
    digest: () => digestOf(image),
    heldBytes: (change) => {
      const fill = change?.kind === "fill" ? change.fill : filled?.settings.fill;
      return image.data.length + (fill === undefined ? 0 : fillBytes(image, fill));
    },
  };
}

/** What is asked of a picture that stays decoded. */
export type KeptQuestion = { readonly kind: "levels"; readonly change: PictureChange } | { readonly kind: "digest" };

export function answerKept(picture: ChangeablePicture, question: KeptQuestion): readonly RgbImage[] | string {
  return question.kind === "levels" ? picture.levels(question.change) : picture.digest();
}

function checkRoom(
  { width, height, data }: RgbImage,
  { fill, name }: { readonly fill: FillSettings["fill"]; readonly name: string },
): void {
  const [needed, most] = [data.length + fillBytes({ width, height }, fill), defaultDecodeLimits.memoryBytes];
  if (needed <= most) return;
  const [megabytes, limit] = [needed, most].map((value) => Math.ceil(value / 1e6));
  throw new PictureTooLargeError(
    `The picture ${name} has ${width} x ${height} pixels, and to blur it would need ${megabytes} MB of memory, more than the limit of ${limit}; fill patches with the mean color or noise, or make the picture smaller first.`,
  );
}
