/** @file Files that come to the page: which are pictures, which are runs, and why one is refused before it is sent. */
import { pictureMediaTypes } from "../../src/image/types.ts";
import type { ServerStatus } from "../../src/server/api.ts";
import { runFileEnding } from "../../src/run/run-id.ts";
import { formatBytes } from "../../src/figure/numbers.ts";

/** What a file input offers. */
export const pictureAccept = [...pictureMediaTypes, ".tif", ".tiff", ".avif", ".bmp"].join(",");
export { runFileEnding };

/** The part of a file that is judged. */
export interface NamedFile {
  readonly name: string;
  /** MIME type; "" where the browser does not know it. */
  readonly type: string;
  readonly size: number;
}

const pictureEnding = /\.(png|jpe?g|webp|gif|tiff?|avif|bmp)$/i;

export const isRunFile = ({ name }: NamedFile): boolean => name.toLowerCase().endsWith(runFileEnding);

const isPictureFile = ({ name, type }: NamedFile): boolean =>
  (pictureMediaTypes as readonly string[]).includes(type) || (type === "" && pictureEnding.test(name));

/** One sentence on why a file cannot be asked about; undefined where nothing speaks against it. */
export function refusedPicture(file: NamedFile, limits: ServerStatus["limits"] | undefined): string | undefined {
  if (!isPictureFile(file)) {
    return `${file.name} is not a picture that can be read; give a PNG, JPEG, WebP, GIF, TIFF, AVIF or BMP file.`;
  }
  if (file.size === 0) return `${file.name} is empty; give a picture file with content.`;
  if (limits && file.size > limits.pictureBytes) {
    return `${file.name} has ${formatBytes(file.size)}, more than the limit of ${formatBytes(limits.pictureBytes)}; give a smaller file.`;
  }
  return undefined;
}

/** One sentence on why a run file cannot be opened; undefined where nothing speaks against it. */
export function refusedRun(file: NamedFile, limits: ServerStatus["limits"] | undefined): string | undefined {
  if (file.size === 0) return `${file.name} is empty; give the run file as it was saved.`;
  if (limits && file.size > limits.runBytes) {
    return `${file.name} has ${formatBytes(file.size)}, more than the limit of ${formatBytes(limits.runBytes)} for a run file.`;
  }
  return undefined;
}

export interface SortedFiles<F extends NamedFile> {
  readonly pictures: readonly F[];
  readonly runs: readonly F[];
  /** One sentence a file. */
  readonly refused: readonly string[];
}

/** Tells pictures and runs apart, and says why the others are refused. */
export function sortFiles<F extends NamedFile>(
  files: readonly F[],
  limits: ServerStatus["limits"] | undefined,
): SortedFiles<F> {
  const isWrong = (file: F): string | undefined =>
    isRunFile(file) ? refusedRun(file, limits) : refusedPicture(file, limits);
  const good = files.filter((file) => isWrong(file) === undefined);
  return {
    pictures: good.filter((file) => !isRunFile(file)),
    runs: good.filter(isRunFile),
    refused: files.flatMap((file) => isWrong(file) ?? []),
  };
}
