/** @file The committed pictures: reading them, comparing drawn ones with them, and taking drawn ones over. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { comparePictures, type Difference } from "./compare-pictures.ts";
import type { Picture } from "./draw-gallery.ts";

const expectedFolder = fileURLToPath(new URL("expected/", import.meta.url));

/** A picture that is drawn, expected or both. */
export interface Compared {
  readonly name: string;
  readonly expected?: Buffer;
  readonly actual?: Buffer;
  /** What changed; undefined if the picture is as expected. */
  readonly difference?: Difference;
}

async function expectedNames(): Promise<string[]> {
  const paths = await readdir(expectedFolder, { recursive: true });
  return paths.map((path) => path.replaceAll("\\", "/")).filter((name) => /\.(png|svg)$/.test(name));
}

/** What a picture shows: "attention" of "views/attention.dark.png" and of "figures/attention/heads.svg". */
function subjectOf(name: string): string {
  return name.split("/")[1]!.split(".")[0]!;
}

/** All subjects that have expected pictures. */
export async function expectedSubjects(): Promise<string[]> {
  return [...new Set((await expectedNames()).map(subjectOf))];
}

/** Compares all pictures of a subject with what is expected: changed ones, new ones, and expected ones that are not drawn any more. */
export async function compareSubject(subject: string, drawn: readonly Picture[]): Promise<Compared[]> {
  const before = (await expectedNames()).filter((name) => subjectOf(name) === subject);
  const names = new Set([...before, ...drawn.map(({ name }) => name)]);
  return Promise.all(
    [...names].map(async (name) => {
      const actual = drawn.find((picture) => picture.name === name)?.bytes;
      const expected = await readFile(join(expectedFolder, name)).catch(() => undefined);
      const both = { name, ...(expected && { expected }), ...(actual && { actual }) };
      if (!expected) return { ...both, difference: { text: "is new" } };
      if (!actual) return { ...both, difference: { text: "is not drawn any more" } };
      const difference = await comparePictures(name, expected, actual);
      return difference ? { ...both, difference } : both;
    }),
  );
}

/** Makes what is drawn the expected picture, or removes the expected one if nothing is drawn. */
export async function accept({ name, actual }: Compared): Promise<void> {
  const path = join(expectedFolder, name);
  if (!actual) return rm(path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, name.endsWith(".png") ? await small(actual) : actual);
}

/** A PNG of 256 colors, a third of the size; if that shows, such as in a wide range of smooth colors, all colors are kept. */
async function small(png: Buffer): Promise<Buffer> {
  const reduced = await sharp(png).png({ palette: true, colours: 256, dither: 0, effort: 10 }).toBuffer();
  const shows = (await comparePictures(".png", reduced, png)) !== undefined;
  return shows ? sharp(png).png({ compressionLevel: 9 }).toBuffer() : reduced;
}
