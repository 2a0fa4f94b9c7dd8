/**
 * @file Scores many variants of one sequence: the whole language model is one session that stays open, of the operators of a trace, so that
 * its numbers are those of `traceLanguage` bit for bit. The fused attention of generation is no faster on whole sequences.
 */
import { graphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { CutEdges } from "../models/blocks/cut-edges.ts";
import type { SequencePlan } from "../models/plan.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import type { Sequence } from "../engine/embed.ts";
import { cutLayers, edgesPerLayer, uncutEdges } from "../engine/edges.ts";
import {
  checkIntervention,
  headScales,
  keepAllHeads,
  noIntervention,
  type Intervention,
} from "../engine/intervention.ts";
import {
  addEdgeInputs,
  addLayerInputs,
  fedEdges,
  fedLayer,
  maskedRows,
  memoryOfKind,
  perKind,
  type LayerValues,
} from "../engine/layer-feeds.ts";
import { addedLayers, additionRows } from "../engine/layer-additions.ts";
import type { Model } from "../engine/model.ts";
import { indexTensor, type Feed } from "../runtime/runtime.ts";

export interface ScorerOptions {
  /** Length of every sequence that is scored. */
  readonly rows: number;
  /** Of the prompt that every sequence begins with. */
  readonly plan: SequencePlan;
  /** Positions whose logits are wanted: those before the tokens that they predict. */
  readonly predicting: readonly number[];
  /** Makes room for interventions that ablate heads. */
  readonly heads?: true;
  /** Makes room for interventions that cut edges. */
  readonly edges?: true;
  /** Entries of the vocabulary whose logits are wanted; all if left out, which probabilities need. */
  readonly ids?: readonly number[];
  /** Aborting stops the work between two scorings. */
  readonly signal?: AbortSignal;
}

/**
 * Logits [predicting, vocabulary] (or [predicting, ids]) of embedded [rows, width] under an intervention. Throws an Error if the shape differs,
 * heads are ablated or edges cut that no room was made for, or `checkIntervention` does; rejects with the signal's reason.
 */
export type Scorer = (
  sequence: Pick<Sequence, "embedded" | "memory" | "additions">,
  intervention?: Intervention,
) => Promise<FloatTensor>;

/** Throws an Error if one of the numbers is no index below `count`. */
function requireIndices(numbers: readonly number[], count: number, what: string): void {
  const wrong = numbers.find((number) => !(Number.isInteger(number) && number >= 0 && number < count));
  if (wrong !== undefined) {
    throw new Error(
      `scoring: ${what} ${wrong} is not one of the ${count} that there are; name one of 0 to ${count - 1}.`,
    );
  }
}

function scorerGraph(model: Model, { plan, heads, edges, ids }: ScorerOptions) {
  const { language } = model.definition;
  const { config } = language;
  const g = graphBuilder();
  const embedded = g.input("embedded", "f32", ["rows", config.width]);
  const kinds: { kind: number; values: LayerValues }[] = [];
  const inputsOf = perKind(plan, (kind) => {
    const values = addLayerInputs(g, config, { kind, rows: "rows", memoryTokens: memoryOfKind(plan, kind) });
    kinds.push({ kind, values });
    return values;
  });
  const predicting = g.input("predicting", "i64", ["predicting"]);
  const scales: Value[] = [];
  const cut: CutEdges[] = [];
  const added = new Map<number, Value>();
  const adding = addedLayers(model.definition.vision);
  let hidden = embedded;
  for (let index = 0; index < config.layers; index++) {
    const headScale = heads === true ? g.input(`heads.${index}`, "f32", [config.heads, 1]) : undefined;
    if (headScale !== undefined) scales.push(headScale);
    const keys = memoryOfKind(plan, plan.kindOf(index)) ?? "rows";
    const losing = edges === true ? addEdgeInputs(g, config, { layer: index, rows: "rows", keys }) : undefined;
    if (losing !== undefined) cut.push(losing);
    hidden = language.layer(g, hidden, { index, ...inputsOf(index), edges: losing, headScale });
    if (adding.includes(index)) {
      const given = g.input(`added.${index}`, "f32", ["rows", config.width]);
      added.set(index, given);
      hidden = g.add(hidden, given);
    }
  }
  const normed = language.finalNorm(g, g.gather(hidden, predicting, 0));
  const asked = ids === undefined ? undefined : g.input("ids", "i64", ["ids"]);
  const logits = language.head(g, normed, asked);
  g.output(logits);
  return { graph: g.build(), embedded, kinds, predicting, asked, scales, cut, added, logits };
}

/** A scorer that its caller closes. */
export interface OpenScorer {
  readonly score: Scorer;
  readonly close: () => Promise<void>;
}

/**
 * Opens the language model to score sequences of `rows` positions one after another. Throws an Error if a predicting position or an id does
 * not exist.
 */
export async function openScorer(model: Model, options: ScorerOptions): Promise<OpenScorer> {
  const { rows, plan, predicting, heads, edges, ids, signal } = options;
  const { config } = model.definition.language;
  requireIndices(predicting, rows, "position");
  if (ids !== undefined) requireIndices(ids, config.vocabulary, "vocabulary entry");
  const scorer = scorerGraph(model, options);
  const positions = Array.from({ length: rows }, (_, position) => position);
  const kinds = scorer.kinds.map((each) => ({ ...each, tables: plan.rotary(each.kind, positions, rows) }));
  const allHeads = keepAllHeads(config);
  const constant = new Map<Value, Feed>([[scorer.predicting, indexTensor(predicting)]]);
  if (scorer.asked !== undefined) constant.set(scorer.asked, indexTensor(ids ?? []));

  const session = await model.runtime.open(scorer.graph);
  return {
    close: () => session.release(),
    async score({ embedded, memory: states, additions }, intervention = noIntervention) {
      signal?.throwIfAborted();
      checkIntervention(intervention, { positions: rows, memoryTokens: plan.memoryTokens, config });
      if (embedded.dims[0] !== rows || embedded.dims[1] !== config.width) {
        throw new Error(
          `scoring: the sequence has the shape [${embedded.dims.join(", ")}], but the scorer was opened for [${rows}, ${config.width}]; open another one.`,
        );
      }
      const scales = headScales(intervention, config);
      if (scales.size > 0 && heads !== true) {
        throw new Error(
          "scoring: heads are ablated, but the scorer was opened without room for it; open it with `heads`.",
        );
      }
      if ((intervention.edges ?? []).length > 0 && edges !== true) {
        throw new Error("scoring: edges are cut, but the scorer was opened without room for it; open it with `edges`.");
      }
      const feeds = new Map<Value, Feed>([...constant, [scorer.embedded, embedded]]);
      const masked = new Map(
        kinds.map(({ kind }) => [kind, maskedRows(plan, { kind, rows: positions, length: rows, intervention })]),
      );
      for (const { kind, values, tables } of kinds) {
        const { mask, memory } = masked.get(kind)!;
        const ofMemory = memory === undefined || states === undefined ? {} : { memory: { ...memory, states } };
        for (const [value, tensor] of fedLayer(values, { tables, mask, ...ofMemory })) feeds.set(value, tensor);
      }
      const uncutRows = (layer: number) => {
        const { mask, memory } = masked.get(plan.kindOf(layer))!;
        return { rows: positions, mask, reads: memory?.reads };
      };
      const edgesOf = edgesPerLayer(cutLayers(plan, intervention, config.heads), uncutRows);
      const none = perKind(plan, (_, layer) => uncutEdges(uncutRows(layer)));
      for (const [layer, values] of scorer.cut.entries()) {
        for (const [value, tensor] of fedEdges(values, edgesOf(layer) ?? none(layer))) feeds.set(value, tensor);
      }
      for (const [layer, value] of scorer.added) {
        feeds.set(value, additionRows(additions, layer, { first: 0, count: rows, width: config.width }));
      }
      for (const [layer, value] of scorer.scales.entries()) feeds.set(value, scales.get(layer) ?? allHeads);
      return (await session.run(feeds)).floats(scorer.logits);
    },
  };
}
