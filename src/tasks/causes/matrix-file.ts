/** @file A matrix of attention from elsewhere: the JSON of a lower triangle, or a square tensor of a safetensors file. */
import { z } from "zod";
import { openFileSource, readLimitedFile } from "../../checkpoint/regular-file.ts";
import { checkJson } from "../../safetensors/check-json.ts";
import { quote } from "../../safetensors/quote.ts";
import type { TensorEntry } from "../../safetensors/header.ts";
import { openSafetensors, readTensor } from "../../safetensors/read.ts";
import type { ByteSource } from "../../safetensors/read.ts";

/** Tokens that one matrix may have: a triangle of this side has 50 million numbers. */
const mostTokens = 10_000;
const longestJson = 1_000_000_000;

export interface AttentionMatrix {
  readonly tokens: number;
  /** Row `position` of the attention, [tokens]. */
  readonly rowOf: (position: number) => Float64Array;
  /** What the file says of itself, where it does. */
  readonly nodes?: readonly number[];
  readonly target?: number;
  readonly tester?: { readonly threshold: number; readonly maxSize: number };
}

const index = z.int().min(0);
const jsonSchema = z.object({
  attention_lower: z.array(z.array(z.number())).min(1).max(mostTokens),
  tokens: z.array(index).optional(),
  target: index.optional(),
  tester: z
    .object({ kind: z.literal("row-sum"), threshold: z.number(), max_set_size: z.int().min(1) })
    .optional()
    .catch(undefined),
});

function requireFinite(rows: readonly ArrayLike<number>[], file: string): void {
  for (const [position, row] of rows.entries()) {
    for (let key = 0; key < row.length; key++) {
      if (Number.isFinite(row[key])) continue;
      throw new Error(
        `${file}: row ${position} of the attention holds ${row[key]} at ${key}; attention must be finite numbers.`,
      );
    }
  }
}

async function readJson(file: string): Promise<AttentionMatrix> {
  const bytes = await readLimitedFile(file, longestJson);
  if (bytes === undefined) throw new Error(`${file}: the file is missing.`);
  const text = new TextDecoder().decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not valid JSON; give a file with "attention_lower", or a safetensors file.`, { cause });
  }
  const { data, issue } = checkJson(jsonSchema, value);
  if (issue !== undefined) {
    const field = issue.path.length === 0 ? "the file" : quote(issue.path.join("."));
    throw new Error(
      `${file}: ${field} is wrong (${issue.reason}); "attention_lower" holds the rows of the lower triangle.`,
    );
  }
  const { attention_lower: lower, tokens: nodes, target, tester } = data;
  const wrong = lower.findIndex((row, position) => row.length !== position + 1);
  if (wrong >= 0) {
    throw new Error(
      `${file}: row ${wrong} of "attention_lower" has ${lower[wrong]!.length} numbers; row i of a lower triangle has i + 1.`,
    );
  }
  requireFinite(lower, file);
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
    requireFinite(
      Array.from({ length: tokens }, (_, position) => rowOf(position)),
      file,
    );
    return { tokens, rowOf };
  } finally {
    await source.close();
  }
}

/** Reads the attention of one head. Throws one sentence where the file holds none. */
export async function readAttentionMatrix(
  file: string,
  { tensor }: { readonly tensor?: string | undefined } = {},
): Promise<AttentionMatrix> {
  return file.endsWith(".safetensors") ? readSquareTensor(file, tensor) : readJson(file);
}
