/** @file The object that `--box` and `--mask` mark on the pictures of a run. */
import { quote } from "../json/quote.ts";
import { boxMask, checkMaskSize, unitedMask, type Corners, type Mask } from "../run/masks.ts";
import type { RunDescription } from "../run/types.ts";
import { readMask } from "../workbench/mask-file.ts";
import { UsageError } from "./usage-error.ts";

/** What is marked on which picture, as the options say it. */
interface Marks {
  readonly boxes: readonly { readonly picture: number; readonly box: Corners }[];
  readonly masks: readonly { readonly picture: number; readonly file: string }[];
}

/** A text with the number of a picture before it, "1:…"; a single letter before a colon is a drive. */
function onPicture(text: string): { readonly picture: number; readonly rest: string } {
  const [, picture, rest] = /^(\d{1,4}):(.+)$/s.exec(text) ?? [];
  return picture === undefined ? { picture: 0, rest: text } : { picture: Number(picture), rest: rest! };
}

function cornersOf(text: string, whole: string): Corners {
  const numbers = text.split(",").map((part) => (/^\s*\d{1,6}\s*$/.test(part) ? Number(part) : NaN));
  const [left, top, right, bottom] = numbers;
  if (numbers.length !== 4 || numbers.some(Number.isNaN) || left! >= right! || top! >= bottom!) {
    throw new UsageError(
      `--box must be LEFT,TOP,RIGHT,BOTTOM in whole pixels, with left before right and top before bottom, got ${quote(whole)}.`,
    );
  }
  return [left!, top!, right!, bottom!];
}

/** Reads the options. Throws a UsageError if a box is none, or nothing is marked. */
export function marksOf({ box, mask }: { readonly box: readonly string[]; readonly mask: readonly string[] }): Marks {
  if (box.length + mask.length === 0) {
    throw new UsageError("There is no object; mark it with --box LEFT,TOP,RIGHT,BOTTOM or --mask FILE.");
  }
  return {
    boxes: box.map((text) => {
      const { picture, rest } = onPicture(text);
      return { picture, box: cornersOf(rest, text) };
    }),
    masks: mask.map((text) => {
      const { picture, rest } = onPicture(text);
      return { picture, file: rest };
    }),
  };
}

/** The mask of each picture of a run; undefined where nothing is marked. Throws an Error if a picture or file is missing, or a size is wrong. */
export async function masksOf(
  { images }: Pick<RunDescription, "images">,
  { boxes, masks }: Marks,
): Promise<(Mask | undefined)[]> {
  const wrong = [...boxes, ...masks].find(({ picture }) => images[picture] === undefined);
  if (wrong !== undefined) {
    throw new Error(
      images.length === 0
        ? "The run has no picture, so that nothing can be marked; ask with one."
        : `The run has ${images.length} ${images.length === 1 ? "picture" : "pictures"}, counted from 0; got picture ${wrong.picture}.`,
    );
  }
  const read: { picture: number; mask: Mask }[] = [];
  for (const { picture, file } of masks) {
    const mask = await readMask(file);
    checkMaskSize({ ...mask, name: file }, images[picture]!);
    read.push({ picture, mask });
  }
  return images.map((size, image) => {
    const [first, ...others] = [
      ...boxes.filter(({ picture }) => picture === image).map(({ box }) => boxMask(box, size)),
      ...read.filter(({ picture }) => picture === image).map(({ mask }) => mask),
    ];
    return first && unitedMask([first, ...others]);
  });
}
