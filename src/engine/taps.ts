/** @file What a caller wants to see at a site of the network while it runs. */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { spreadWindows } from "../models/blocks/window-attention.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { indexTensor, type Feed, type Results } from "../runtime/runtime.ts";

/**
 * Asks for the value of a site, whole or in part.
 *
 * `rows` takes these query rows of an attention map [heads, query, key], or these rows of any other value [rows, ...].
 * `mean: "heads"` gives the mean over heads [query, key] of an attention map instead of every head.
 */
export interface Tap {
  readonly site: string;
  readonly rows?: ArrayLike<number>;
  readonly mean?: "heads";
  /** Gives the Euclidean norm of each row of a value [rows, width] instead of the row: [rows]. */
  readonly norm?: true;
}

/** The tap of hidden states at some positions after the first so many layers, at least one. */
export function hiddenTap(layers: number, rows: readonly number[]): Tap {
  return { site: `language.layers.${layers - 1}.residual`, rows };
}

/** The same text for taps that ask for the same. */
export function tapKey({ site, rows, mean, norm }: Tap): string {
  return `${site} ${mean ?? ""} ${norm ?? ""} ${rows === undefined ? "all" : Array.from(rows).join()}`;
}

/** What was captured, by tap. */
export type Captures = Map<Tap, FloatTensor>;

/** Throws an Error if a tap asks for rows that a sequence of `count` rows does not have. */
export function checkTapRows(taps: readonly Tap[], count: number): void {
  for (const { site, rows = [] } of taps) {
    const wrong = Array.from(rows).find((row) => !(Number.isInteger(row) && row >= 0 && row < count));
    if (wrong !== undefined) throw new Error(`trace: row ${wrong} of "${site}" is not one of the ${count} rows.`);
  }
}

/** Throws an Error if a tap was not captured, since `part` of the model has no site of its name. */
export function requireCaptured(taps: readonly Tap[], captures: Captures, part: string): void {
  const missing = taps.find((tap) => !captures.has(tap));
  if (missing !== undefined) throw new Error(`trace: the ${part} has no site "${missing.site}".`);
}

/** The taps of one graph, wired into it. */
export interface WiredTaps {
  readonly feeds: ReadonlyMap<Value, Feed>;
  /** `windows` are those of the input of the vision tower whose graph ran. */
  collect(results: Results, captures: Captures, windows?: readonly number[]): void;
}

function queryAxis(value: Value): number {
  return value.dims.length === 3 ? 1 : 0;
}

/** Adds outputs for the taps whose sites this graph has. */
export function wireTaps(g: GraphBuilder, taps: readonly Tap[]): WiredTaps {
  const feeds = new Map<Value, Feed>();
  const outputs: { tap: Tap; value: Value; inWindows: boolean }[] = [];
  for (const [index, tap] of taps.entries()) {
    if (!g.hasSite(tap.site)) continue;
    let value = g.siteValue(tap.site);
    // Maps of windows, [heads, windows, query, key], are spread over all tokens when they are collected.
    const inWindows = value.dims.length === 4;
    if (tap.rows !== undefined && !inWindows) {
      const rows = g.input(`tap${index}.rows`, "i64", [`tap${index}.count`]);
      feeds.set(rows, indexTensor(tap.rows));
      value = g.gather(value, rows, queryAxis(value));
    }
    if (tap.mean === "heads") value = g.reduceMean(value, { axes: [0] });
    if (tap.norm === true) value = g.sqrt(g.reduceSum(g.mul(value, value), { axes: [-1] }));
    g.output(value);
    outputs.push({ tap, value, inWindows });
  }
  return {
    feeds,
    collect(results, captures, windows = []) {
      for (const { tap, value, inWindows } of outputs) {
        const found = results.floats(value);
        captures.set(tap, inWindows ? spreadWindows(found, windows, tap.rows) : found);
      }
    },
  };
}
