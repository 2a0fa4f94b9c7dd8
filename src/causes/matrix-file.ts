/** @file A matrix of attention from elsewhere: the JSON of a lower triangle, or a square tensor of a safetensors file. */
import { z } from "zod";
import { openFileSource, readLimitedFile } from "../files/regular-file.ts";
import { checkJson } from "../json/check-json.ts";
import { quote } from "../json/quote.ts";
import type { TensorEntry } from "../safetensors/header.ts";
import { measureJson } from "../json/json-structure.ts";
import { openSafetensors, readTensor, type ByteSource } from "../safetensors/read.ts";

/** Tokens that one matrix may have: a triangle of this side has 50 million numbers. */
const mostTokens = 10_000;
/** A text of more bytes cannot be held as one. */
const longestJson = 500_000_000;
/** The published results nest trees of explanations; a recursive reader must not be led deeper. */
const deepestJson = 1000;
const mostContainers = 2_000_000;
/** Attention is at most 1; beyond this the squares of numbers could not be summed. */
const largestNumber = 1e100;

export interface AttentionMatrix {
  readonly tokens: number;
  /** Row `position` of the attention, [tokens]. */
  readonly rowOf: (position: number) => Float64Array;
  /** What the file says of itself, if it does. */
  readonly nodes?: readonly number[];
  readonly target?: number;
  readonly tester?: { readonly threshold: number; readonly maxSize: number };
}

const index = z.int().min(0);
const jsonSchema = z.object({
  // Numbers are checked one by one below: a schema of millions of them takes much longer.
  attention_lower: z.array(z.array(z.unknown())).min(1).max(mostTokens),
  tokens: z.array(index).min(1).max(mostTokens).optional(),
  target: index.optional(),
  tester: z
    .object({ kind: z.literal("row-sum"), threshold: z.number(), max_set_size: z.int().min(1).max(mostTokens) })
    .optional(),
});

/** Throws an Error if a row holds something else than numbers that can be computed with. */
function requireNumbers(rows: Iterable<ArrayLike<unknown>>, file: string): void {
  let position = 0;
  for (const row of rows) {
    for (let key = 0; key < row.length; key++) {
      const value = row[key];
      if (typeof value === "number" && Math.abs(value) <= largestNumber) continue;
      const shown = typeof value === "number" ? String(value) : quote(JSON.stringify(value).slice(0, 40));
      throw new Error(
        `${file}: row ${position} of the attention holds ${shown} at ${key}; attention must be finite numbers.`,
      );
    }
    position += 1;
  }
}

/** Parses the JSON, within limits on its structure. */
function parseMatrix(bytes: Uint8Array, file: string): unknown {
  const { depth, containers } = measureJson(bytes);
  if (depth > deepestJson) {
    throw new Error(`${file}: the JSON is nested ${depth} levels deep, more than the limit of ${deepestJson}.`);
  }
  if (containers > mostContainers) {
    throw new Error(`${file}: the JSON has ${containers} objects and lists, more than the limit of ${mostContainers}.`);
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new Error(`${file} is not valid JSON; give a file with "attention_lower", or a safetensors file.`, { cause });
  }
}

async function readJson(file: string): Promise<AttentionMatrix> {
  const bytes = await readLimitedFile(file, longestJson);
  if (bytes === undefined) throw new Error(`${file}: the file is missing.`);
  const { data, issue } = checkJson(jsonSchema, parseMatrix(bytes, file));
  if (issue !== undefined) {
    const field = issue.path.length === 0 ? "the file" : quote(issue.path.join("."));
    throw new Error(
      `${file}: ${field} is wrong (${issue.reason}); "attention_lower" holds the rows of the lower triangle.`,
    );
  }
  const { attention_lower: rows, tokens: nodes, target, tester } = data;
  const lower = rows as readonly (readonly number[])[];
  const wrong = lower.findIndex((row, position) => row.length !== position + 1);
  if (wrong >= 0) {
    throw new Error(
      `${file}: row ${wrong} of "attention_lower" has ${lower[wrong]!.length} numbers; row i of a lower triangle has i + 1.`,
    );
  }
  requireNumbers(lower, file);
  const outside = nodes?.find((node) => node >= lower.length);
  if (nodes !== undefined && (outside !== undefined || new Set(nodes).size < nodes.length)) {
    const fault = outside === undefined ? "names a token twice" : `names ${outside}`;
    throw new Error(`${file}: "tokens" ${fault}; it lists tokens from 0 to ${lower.length - 1}, each once.`);
  }
  return {
    tokens: lower.length,
    rowOf(position) {
      const row = new Float64Array(lower.length);
      row.set(lower[position]!);
      return row;
    },
    ...(nodes === undefined ? {} : { nodes }),
    ...(target === undefined ? {} : { target }),
    ...(tester === undefined ? {} : { tester: { threshold: tester.threshold, maxSize: tester.max_set_size } }),
  };
}

/** Elements of any type; 64-bit numbers, which no model has but NumPy writes, are kept as precise as they are. */
async function readNumbers(source: ByteSource, entry: TensorEntry): Promise<Float64Array> {
  if (entry.dtype !== "F64") return Float64Array.from((await readTensor(source, entry)).data);
  const bytes = await source.read(entry.offset, entry.offset + entry.byteLength);
  return new Float64Array(bytes.slice().buffer);
}

async function readSquareTensor(file: string, tensor: string | undefined): Promise<AttentionMatrix> {
  const source = await openFileSource(file);
  try {
    const { tensors } = await openSafetensors(source, { file });
    const square = [...tensors].filter(([, { dims }]) => dims.length === 2 && dims[0] === dims[1] && dims[0]! > 0);
    const [name, entry] = (tensor === undefined ? square[0] : square.find(([each]) => each === tensor)) ?? [];
    if (name === undefined || entry === undefined) {
      const which = tensor === undefined ? "no square tensor" : `no square tensor ${quote(tensor)}`;
      throw new Error(`${file} has ${which}; attention is a tensor [tokens, tokens].`);
    }
    const tokens = entry.dims[0]!;
    if (tokens > mostTokens)
      throw new Error(`${file}: ${quote(name)} has ${tokens} tokens; the limit is ${mostTokens}.`);
    const data = await readNumbers(source, entry);
    const rowOf = (position: number): Float64Array => data.subarray(position * tokens, (position + 1) * tokens);
    requireNumbers(
      Array.from({ length: tokens }, (_, position) => rowOf(position)),
      file,
    );
    return { tokens, rowOf };
  } finally {
    await source.close();
  }
}

/** Reads the attention of one head. Throws an Error if the file holds none. */
export async function readAttentionMatrix(
  file: string,
  { tensor }: { readonly tensor?: string | undefined } = {},
): Promise<AttentionMatrix> {
  return file.endsWith(".safetensors") ? readSquareTensor(file, tensor) : readJson(file);
}
