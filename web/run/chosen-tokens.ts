/** @file Which answer tokens are explained: those selected, or the decisive word's. */
import { defaultToken } from "../../src/findings/decisive-word.ts";
import { explainedBy } from "../../src/run/explained.ts";
import { defaultMap, mapRow } from "../../src/run/maps.ts";
import type { RunDescription } from "../../src/run/types.ts";
import type { OpenRun } from "./open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";

/** What the choice reads of a run. */
export interface TokenSource {
  readonly layout: Pick<OpenRun["layout"], "answerLength">;
  readonly document: {
    readonly description: Pick<RunDescription, "tokens" | "answer" | "answerTokens" | "decisive" | "methods">;
  };
}

/** Several views ask for the default on each change of the selection, and a run's never changes. */
const defaults = new WeakMap<object, readonly number[]>();

function defaultTokens({ layout, document: { description } }: TokenSource): readonly number[] {
  if (layout.answerLength === 0) return [];
  const known = defaults.get(description);
  if (known !== undefined) return known;
  const { method } = mapRow(defaultMap);
  const among = description.methods[method] === undefined ? [] : explainedBy(description, method).tokens;
  const { tokens } = defaultToken({ description }, among.length > 0 ? among : undefined);
  defaults.set(description, tokens);
  return tokens;
}

/**
 * The answer tokens that views explain, by index in the answer, ascending: those selected, as far as the answer has them, else the decisive
 * word's first token, of those that exact relevancy explains if it was recorded.
 */
export function chosenTokens(run: TokenSource, selection: Pick<Selection, "tokens">): readonly number[] {
  const chosen = selection.tokens?.filter((token) => token < run.layout.answerLength) ?? [];
  return chosen.length > 0 ? chosen : defaultTokens(run);
}
