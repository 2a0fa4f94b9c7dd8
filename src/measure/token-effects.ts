/** @file What happens to one answer token without parts of its question, each part asked about once. */
import { probabilityIn, scoreIn, type ScoreKind } from "../methods/probability.ts";
import type { Fill } from "../run/measure-choices.ts";
import { maskingOf, nothingMasked } from "./masking.ts";
import type { MeasureContext } from "./measure-types.ts";

/** An answer token, teacher-forced: its score in nats, and its probability. */
export interface TokenEffect {
  readonly score: number;
  readonly probability: number;
}

export interface TokenEffects {
  /** Without positions that are filled, or knocked out; words are always knocked out. */
  readonly without: (positions: readonly number[], fill?: Fill) => Promise<TokenEffect>;
  /** Without each of several sets of positions. */
  readonly withoutEach: (sets: readonly (readonly number[])[], fill?: Fill) => Promise<TokenEffect[]>;
  /** Times that the model was asked. */
  readonly calls: () => number;
}

/** The effects on one answer token; each new one ticks. */
export function tokenEffects(
  { token, score }: { readonly token: number; readonly score: ScoreKind },
  { probe, tick }: MeasureContext,
): TokenEffects {
  const { description } = probe;
  const id = description.tokens[description.answer.start + token]!.id;
  const known = new Map<string, TokenEffect>();
  let calls = 0;
  const withoutEach: TokenEffects["withoutEach"] = async (sets, fill = "mean") => {
    const keys = sets.map((positions) => (positions.length === 0 ? "" : `${fill} ${positions.join()}`));
    const fresh = [...new Set(keys)].filter((key) => !known.has(key));
    const maskings = fresh.map((key) => {
      const positions = sets[keys.indexOf(key)]!;
      return key === "" ? nothingMasked : maskingOf(description, { kind: "tokens", positions }, fill);
    });
    const found = await probe.tokenLogits(token, maskings, tick);
    for (const [index, logits] of found.entries()) {
      known.set(fresh[index]!, { score: scoreIn(logits, { id, score }), probability: probabilityIn(logits, id) });
    }
    calls += fresh.length;
    return keys.map((key) => known.get(key)!);
  };
  return {
    without: async (positions, fill) => (await withoutEach([positions], fill))[0]!,
    withoutEach,
    calls: () => calls,
  };
}
