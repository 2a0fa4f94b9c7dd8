/** @file What happens to one answer token without parts of its question, each part asked about once. */
import { probabilityIn, scoreIn, type ScoreKind } from "../methods/probability.ts";
import type { Fill } from "../run/measure-choices.ts";
import type { MeasuredToken } from "../run/measures.ts";
import { maskingOf, nothingMasked, type Masking } from "./masking.ts";
import type { MeasureContext } from "./measure-types.ts";

/** The score, in nats, and the probability of an answer token under logits [vocabulary]. */
export function measuredToken(
  logits: Float32Array,
  { id, score }: { readonly id: number; readonly score: ScoreKind },
): MeasuredToken {
  return { score: scoreIn(logits, { id, score }), probability: probabilityIn(logits, id) };
}

/** How positions are taken away: a fill of patches, with words knocked out; or the mean embedding in the place of words. */
export type Removal = Fill | NonNullable<Masking["textFill"]>;

export interface TokenEffects {
  /** Without positions; patches get the mean color if nothing else is said. */
  readonly without: (positions: readonly number[], by?: Removal) => Promise<MeasuredToken>;
  /** Without each of several sets of positions. */
  readonly withoutEach: (sets: readonly (readonly number[])[], by?: Removal) => Promise<MeasuredToken[]>;
  /** Times that the model was asked. */
  readonly calls: () => number;
}

/** The effects on one answer token; each new one ticks. */
export function tokenEffects(
  { token, score }: { readonly token: number; readonly score: ScoreKind },
  { probe, tick }: Pick<MeasureContext, "probe" | "tick">,
): TokenEffects {
  const { description } = probe;
  const id = description.tokens[description.answer.start + token]!.id;
  const known = new Map<string, MeasuredToken>();
  let calls = 0;
  function maskingBy(positions: readonly number[], by: Removal): Masking {
    // Every query needs the first position, which is an image token in some models; it stays when all others are knocked out.
    const taken = by === "knock-out" ? positions.filter((position) => position > 0) : positions;
    if (taken.length === 0) return nothingMasked;
    const evidence = { kind: "tokens", positions: taken } as const;
    if (by !== "mean-embedding") return maskingOf(description, evidence, by);
    return { ...maskingOf(description, evidence, "mean"), textFill: by };
  }
  const withoutEach: TokenEffects["withoutEach"] = async (sets, by = "mean") => {
    const keys = sets.map((positions) => (positions.length === 0 ? "" : `${by} ${positions.join()}`));
    const fresh = [...new Set(keys)].filter((key) => !known.has(key));
    const maskings = fresh.map((key) => maskingBy(sets[keys.indexOf(key)]!, by));
    const found = await probe.tokenLogits(token, maskings, tick);
    for (const [index, logits] of found.entries()) {
      known.set(fresh[index]!, measuredToken(logits, { id, score }));
    }
    calls += fresh.length;
    return keys.map((key) => known.get(key)!);
  };
  return {
    without: async (positions, by) => (await withoutEach([positions], by))[0]!,
    withoutEach,
    calls: () => calls,
  };
}
