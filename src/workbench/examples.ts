/** @file The example gallery: pictures and questions that come with the package. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { z } from "zod";
import { quote } from "../json/quote.ts";
import { demoExamplesFolder, demoModelName } from "../program/demo.ts";
import { ProblemError } from "../problem/problem.ts";
import type { NamedBytes } from "./named-bytes.ts";

/** A question of the example gallery. */
export interface Example {
  readonly id: string;
  readonly question: string;
  readonly model: string;
  readonly width: number;
  readonly height: number;
}

const fileSchema = z.array(
  z.object({ file: z.string().regex(/^[\w-]+\.png$/), questions: z.array(z.object({ question: z.string() })) }),
);

interface GalleryEntry extends Example {
  readonly file: string;
}

/** Pictures whose questions come first, so that the start page has all kinds, and a picture of each shortcut that the demo model took. */
const firstPictures = [
  "arrow-right",
  "door-closed",
  "apples-tag-2",
  "face-happy",
  "banana-blue",
  "cup-full",
  "shapes-1",
  "arrow-up",
];

/** Place of a picture in the gallery. */
function rankOf(stem: string): number {
  const rank = firstPictures.indexOf(stem);
  return rank === -1 ? firstPictures.length : rank;
}

/** Every question with its picture: the first question of every picture, then the second; pictures as ranked, then in the package's order. */
async function gallery(): Promise<GalleryEntry[]> {
  const listed = fileSchema.parse(JSON.parse(await readFile(join(demoExamplesFolder, "examples.json"), "utf8")));
  const entries = await Promise.all(
    listed.map(async ({ file, questions }) => {
      const { width, height } = await sharp(join(demoExamplesFolder, file)).metadata();
      const stem = file.replace(/\.png$/, "");
      return questions.map(({ question }, index) => ({
        index,
        rank: rankOf(stem),
        entry: { id: `${stem}-${index}`, question, model: demoModelName, width, height, file },
      }));
    }),
  );
  return entries
    .flat()
    .sort((a, b) => a.index - b.index || a.rank - b.rank)
    .map(({ entry }) => entry);
}

export async function listExamples(): Promise<Example[]> {
  return (await gallery()).map(({ id, question, model, width, height }) => ({ id, question, model, width, height }));
}

/** The picture of an example. Throws `not-found` for an id that the list does not have. */
export async function examplePicture(id: string): Promise<NamedBytes> {
  const found = (await gallery()).find((entry) => entry.id === id);
  if (found === undefined) throw new ProblemError("not-found", `There is no example ${quote(id)}.`);
  const bytes = new Uint8Array(await readFile(join(demoExamplesFolder, found.file)));
  return { name: found.file, mediaType: "image/png", bytes };
}
