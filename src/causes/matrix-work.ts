/** @file The process that learns the graph of a matrix: reads the file, which others made, and searches, which may take any time. */
import type { CausalOptions } from "../causal-discovery/options.ts";
import { matrixCauses, type MatrixCauses } from "./matrix-causes.ts";
import { readAttentionMatrix } from "./matrix-file.ts";

/** A matrix and what to learn of it, as plain data. */
export interface MatrixRequest {
  readonly file: string;
  /** Which tensor of a safetensors file. */
  readonly tensor?: string | undefined;
  readonly options: Pick<CausalOptions, "variant" | "alpha" | "samples" | "signRule">;
  /** Tokens that become nodes; the file's if they are left out, else all up to the target. */
  readonly nodes?: readonly number[] | undefined;
  /** The explained token; the file's if it is left out, else the last node. */
  readonly target?: number | undefined;
  /** Whether the mean row of the nodes is taken off. */
  readonly center: boolean;
  /** Columns that are left out. */
  readonly withoutKeys?: readonly number[] | undefined;
}

/** Code of the errors that are about the request, not about the file. */
export const wrongRequest = "wrong-request";

function requestError(message: string): Error {
  return Object.assign(new Error(message), { code: wrongRequest });
}

/** Learns the graph. Throws as `readAttentionMatrix` and `matrixCauses`, and if the request names tokens that are not there. */
export async function handle(request: MatrixRequest): Promise<MatrixCauses> {
  const { file, tensor, options, center, withoutKeys } = request;
  const matrix = await readAttentionMatrix(file, { tensor });
  const listed = request.nodes ?? matrix.nodes;
  const target = request.target ?? matrix.target ?? listed?.at(-1) ?? matrix.tokens - 1;
  const outside = [...(listed ?? []), target].find((node) => node >= matrix.tokens);
  if (outside !== undefined) {
    throw requestError(`The matrix has tokens 0 to ${matrix.tokens - 1}, got ${outside}; change --nodes or --target.`);
  }
  const nodes = listed ?? Array.from({ length: target + 1 }, (_, position) => position);
  if (!nodes.includes(target)) {
    throw requestError(`The target ${target} is none of the nodes; add it to --nodes, or change --target.`);
  }
  const correlation = { center, ...(withoutKeys === undefined ? {} : { withoutKeys: new Set(withoutKeys) }) };
  return matrixCauses(matrix, { ...options, nodes, target, correlation });
}
