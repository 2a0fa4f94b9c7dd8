/** @file A row a family: speed and memory at the sizes of published models, on random weights. `npm run bench -- families [NAME ...]`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { markdownTable } from "../markdown-table.ts";
import { mebibytes, runJob, seconds, type JobResult } from "../run-job.ts";
import { writeFamily, writePhotograph } from "./checkpoint.ts";
import { families } from "./families.ts";
import type { FamilyRequest, FamilyTimes } from "./family-job.ts";

const answerTokens = 16;
const heads = [
  ...["family", "image tokens", "prompt", "vision", "prefill, tokens/s", "decode, tokens/s", "trace"],
  ...[
    "exact relevancy of a token",
    "weights",
    "peak until traced, resident",
    "peak with relevancy, anonymous",
    "full recording, forecast",
  ],
];

function cells(name: string, { times, memory }: JobResult<FamilyTimes>): (string | number)[] {
  const { imageTokens, promptTokens, weightBytes, tracePeak, forecast, relevancy } = times;
  const wholePeak = relevancy === null ? undefined : memory?.anonymousBytes;
  const refused = `needs ${mebibytes(forecast.relevancy)}`;
  return [
    ...[name, imageTokens, promptTokens, seconds(times.vision)],
    (promptTokens / (times.prefill / 1000)).toFixed(0),
    ((times.answerTokens - 1) / (times.decode / 1000)).toFixed(2),
    ...[seconds(times.trace), relevancy === null ? refused : seconds(relevancy)],
    ...[weightBytes, tracePeak, wholePeak, forecast.full].map((bytes) => (bytes == null ? "-" : mebibytes(bytes))),
  ];
}

async function benchFamily(name: string): Promise<(string | number)[]> {
  const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-bench-"));
  try {
    const [checkpoint, picture] = [join(folder, name), join(folder, "photograph.png")];
    await writeFamily(checkpoint, families[name]!);
    await writePhotograph(picture);
    const request: FamilyRequest = { checkpoint, cacheFolder: folder, picture, answerTokens };
    return cells(name, await runJob<FamilyTimes>("families/family-job.ts", request));
  } catch (error) {
    return [name, ...heads.slice(1, -1).map(() => "-"), (error as Error).message];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Prints a line as each family is done, and the table of them at the end. Throws an Error if there is no such family. */
export async function benchFamilies(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !Object.hasOwn(families, name));
  if (unknown !== undefined) {
    throw new Error(`No family is called ${unknown}; choose one of ${Object.keys(families).join(", ")}.`);
  }
  console.log(
    "\nFamilies, random weights: 8 layers of text, 4 to 6 of vision, 32,064 tokens, f32; a picture of 960 x 686",
  );
  const rows: (string | number)[][] = [];
  for (const name of names.length > 0 ? names : Object.keys(families)) {
    const row = await benchFamily(name);
    console.log(`  ${row.join("  ")}`);
    rows.push(row);
  }
  console.log(markdownTable(heads, rows).join("\n"));
}
