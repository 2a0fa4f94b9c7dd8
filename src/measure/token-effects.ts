/** @file What happens to one answer token without parts of its question, each part asked about once. */
import { logitsOf, probabilityIn, scoreIn, type ScoreKind } from "../methods/probability.ts";
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
  async function without(positions: readonly number[], fill: Fill = "mean"): Promise<TokenEffect> {
    const key = positions.length === 0 ? "" : `${fill} ${positions.join()}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const masking = key === "" ? nothingMasked : maskingOf(description, { kind: "tokens", positions }, fill);
    const logits = logitsOf(await probe.logits(masking), token);
    const effect = { score: scoreIn(logits, { id, score }), probability: probabilityIn(logits, id) };
    known.set(key, effect);
    calls += 1;
    tick();
    return effect;
  }
  return {
    without,
    async withoutEach(sets, fill) {
      const effects: TokenEffect[] = [];
      for (const set of sets) effects.push(await without(set, fill));
      return effects;
    },
    calls: () => calls,
  };
}
