/** @file Tells files that this program wrote from others, so that a script can write its own outputs again and nothing else is lost. */
import { openFileSource } from "../../files/regular-file.ts";
import { openSafetensors, type ByteSource } from "../../safetensors/read.ts";
import { groundTruthColumns } from "../ground-truth.ts";
import { exportedTables } from "../tables.ts";
import { formatCsv } from "../../figure/csv.ts";

/** A mark stands in the first bytes of a file: before the pixels of a PNG and the style of a page. */
const markBytes = 4096;

/** What an output is, by which an older one of the same kind is recognized. */
export type OutputKind = "run" | "pixel-values" | "png" | "svg" | "pdf" | "csv" | "json" | "html";

async function startOf(source: ByteSource): Promise<string> {
  return Buffer.from(await source.read(0, Math.min(markBytes, source.size))).toString("latin1");
}

async function tensorsOf(source: ByteSource) {
  return openSafetensors(source, { file: "output" });
}

const csvHeaders: readonly string[] = [...exportedTables, groundTruthColumns].map((columns) =>
  formatCsv({ columns, rows: [] }).trimEnd(),
);

/** Whether a file is one of ours. A table, so that a kind without its test does not compile. */
const tests: { readonly [K in OutputKind]: (source: ByteSource) => Promise<boolean> } = {
  run: async (source) => Object.hasOwn((await tensorsOf(source)).metadata, "run"),
  "pixel-values": async (source) => [...(await tensorsOf(source)).tensors.keys()].join() === "pixel_values",
  png: async (source) => /^\x89PNG.*lvlm-interpret/s.test(await startOf(source)),
  svg: async (source) => /^\s*<svg [^>]*>.*<metadata>lvlm-interpret<\/metadata>/s.test(await startOf(source)),
  pdf: async (source) => /^%PDF.*\/Producer \(lvlm-interpret\)/s.test(await startOf(source)),
  csv: async (source) => csvHeaders.includes((await startOf(source)).split("\r\n")[0]!),
  json: async (source) => /^\{\s*"program": "lvlm-interpret /.test(await startOf(source)),
  html: async (source) => /<meta name="generator" content="lvlm-interpret /.test(await startOf(source)),
};

/** Whether the file at a path was written by this program as an output of this kind. An empty file counts: nothing is lost with it. */
export async function isOwnOutput(path: string, kind: OutputKind): Promise<boolean> {
  const source = await openFileSource(path);
  try {
    return source.size === 0 || (await tests[kind](source).catch(() => false));
  } finally {
    await source.close();
  }
}
