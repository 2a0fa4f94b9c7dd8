/**
 * @file Scores many variants of one sequence: what is the same in all of them, the rows before the first that changes, is computed once, and
 * rows of several variants go through the model together. The numbers are those of a scorer of whole sequences within two millionths of the largest logit.
 */
import { pickRows } from "../tensor/rows.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { checkIntervention, noIntervention, type Intervention } from "../engine/intervention.ts";
import type { Model } from "../engine/model.ts";
import { recordSequence, type RecordedSequence } from "./recorded-sequence.ts";
import { rowReach } from "../engine/row-reach.ts";
import { openScorer, type OpenScorer } from "./scoring.ts";
import { stackedScorer, type PartOfVariant } from "./stacked-scoring.ts";
import { firstChangedRow, hasOtherMemory, rowsTogether, type ScoredSequence } from "../engine/variant-rows.ts";
import type { Sequence } from "../engine/embed.ts";

export interface Variant {
  /** Of as many rows as the sequence that it is a variant of, which it is if left out. */
  readonly sequence?: ScoredSequence;
  readonly intervention?: Intervention;
}

export interface VariantScorerOptions {
  readonly sequence: Sequence;
  /** Positions whose logits are wanted: those before the tokens that they predict. */
  readonly predicting: readonly number[];
  /** Aborting stops the work between two steps. */
  readonly signal?: AbortSignal;
}

/** Which logits of the variants are wanted, and who is told that some are there. */
interface VariantRequest {
  /** Indices among the predicting positions; all if left out. */
  readonly wanted?: readonly number[];
  /** Called once for each variant, as soon as it is scored. */
  readonly onScored?: () => void;
}

/**
 * Logits [wanted, vocabulary] of each variant. Throws an Error if the shape of a sequence differs, or `checkIntervention` does; rejects with the
 * signal's reason.
 */
export type VariantScorer = (variants: readonly Variant[], request?: VariantRequest) => Promise<FloatTensor[]>;

/** Parts of variants in groups, those with the fewest rows first. */
function grouped(parts: readonly PartOfVariant[]): PartOfVariant[][] {
  const groups: PartOfVariant[][] = [];
  let rows = Infinity;
  for (const part of [...parts].sort((a, b) => b.first - a.first)) {
    const count = part.end - part.first;
    if (rows + count > rowsTogether) {
      groups.push([]);
      rows = 0;
    }
    groups.at(-1)!.push(part);
    rows += count;
  }
  return groups;
}

/** What interventions can be made of whose variants go through the model together; others are scored one by one. */
const shared: readonly string[] = ["knockOut", "memory", "edges", "heads"] satisfies (keyof Intervention)[];

/** Opens the language model for as long as `work` lasts, to score variants of a sequence. */
export async function withVariantScorer<T>(
  model: Model,
  { sequence: base, predicting, signal }: VariantScorerOptions,
  work: (scores: VariantScorer) => Promise<T>,
): Promise<T> {
  const { plan, embedded } = base;
  const { config } = model.definition.language;
  const rows = embedded.dims[0]!;
  const reach = rowReach(plan, { length: rows, layers: config.layers });
  let recorded: Promise<RecordedSequence> | undefined;
  const recording = () => (recorded ??= recordSequence(model, base, { predicting, signal }));
  const stacked = stackedScorer(model, { plan, rows });

  let whole: Promise<OpenScorer> | undefined;
  async function scoreAlone({ sequence, intervention }: Required<Variant>): Promise<FloatTensor> {
    whole ??= openScorer(model, { rows, plan, predicting, heads: true, edges: true, signal });
    return (await whole).score(sequence, intervention);
  }

  const scores: VariantScorer = async (variants, { wanted = predicting.map((_, index) => index), onScored } = {}) => {
    const positions = wanted.map((index) => predicting[index]!);
    const end = reach.needed(Math.max(...positions) + 1);
    const found: FloatTensor[] = [];
    const parts: PartOfVariant[] = [];
    for (const [index, { sequence = base, intervention = noIntervention }] of variants.entries()) {
      signal?.throwIfAborted();
      checkIntervention(intervention, { positions: rows, memoryTokens: plan.memoryTokens, config });
      if (sequence.embedded.dims.join() !== embedded.dims.join()) {
        throw new Error(
          `scoring: the sequence has the shape [${sequence.embedded.dims.join(", ")}], but the scorer was opened for [${embedded.dims.join(", ")}]; open another one.`,
        );
      }
      const isShared = Object.keys(intervention).every((part) => shared.includes(part));
      if (!isShared || hasOtherMemory(sequence, base)) {
        found[index] = pickRows(await scoreAlone({ sequence, intervention }), wanted);
        onScored?.();
        continue;
      }
      const first = firstChangedRow({ sequence, intervention }, { base, reach });
      found[index] = pickRows((await recording()).logits, wanted);
      if (positions.some((position) => position >= first)) parts.push({ index, sequence, intervention, first, end });
      else onScored?.();
    }
    for (const group of grouped(parts)) {
      signal?.throwIfAborted();
      const logits = await stacked.score(group, { recorded: await recording(), positions });
      for (const [at, { index }] of group.entries()) {
        // Rows before the first that changes keep their logits.
        for (const [row, given] of logits[at]!) found[index]!.data.set(given, row * given.length);
      }
      for (let scored = 0; scored < group.length; scored++) onScored?.();
    }
    return found;
  };
  try {
    return await work(scores);
  } finally {
    await stacked.close();
    const opened = await whole?.catch(() => undefined);
    await opened?.close();
  }
}
