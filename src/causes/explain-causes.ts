/** @file Explains an answer, and learns the causal graphs of its attention heads as well. */
import type { HostedModel } from "../explain/host.ts";
import type { CausalSettings } from "../run/causes.ts";
import { answerLength } from "../run/positions.ts";
import { findTokens } from "../findings/answer-words.ts";
import { explain, type ExplainOptions, type RecordedRun } from "../explain/explain.ts";
import type { Question } from "../explain/question.ts";
import { graphPool } from "./graph-pool.ts";
import { addCauses } from "./record-causes.ts";

export interface ExplainCausesOptions extends ExplainOptions {
  readonly causes: {
    readonly settings: CausalSettings;
    readonly layers: readonly number[];
    /** Every answer token, or these: an index in the answer, or a word of it. */
    readonly tokens: "all" | readonly string[];
  };
  readonly onGraphs?: (done: number, total: number) => void;
}

/**
 * Records as `explain` does, with a graph for every head of the layers and every token. Attention that the graphs need and the request does not
 * keep is left out of the run again; with attention among the methods, layers other than the last make the recording a full one.
 */
export async function explainWithCauses(
  model: HostedModel,
  question: Question,
  { causes, onGraphs, ...options }: ExplainCausesOptions,
): Promise<RecordedRun> {
  const last = model.definition.language.config.layers - 1;
  const needsFull = causes.layers.some((layer) => layer !== last);
  const recorded = await explain(model, question, {
    ...options,
    methods: [...new Set([...options.methods, "attention" as const])],
    record: needsFull ? "full" : options.record,
  });
  const { description } = recorded;
  const every = Array.from({ length: answerLength(description) }, (_, token) => token);
  const chosen =
    causes.tokens === "all" ? every : causes.tokens.flatMap((wanted) => findTokens(description, wanted).tokens);
  const tokens = every.filter((token) => chosen.includes(token));
  const pool = graphPool();
  try {
    const { settings } = causes;
    // Without a picture, layers of cross-attention attend to nothing.
    const layers = causes.layers.filter((layer) => recorded.tensors.has(`language.attention.${layer}`));
    const request = { settings, layers, tokens };
    const found = await addCauses(recorded, request, { pool, signal: options.signal, onDone: onGraphs });
    return options.methods.includes("attention") ? found : withoutAttention(found, options.record);
  } finally {
    await pool.close();
  }
}

/** Leaves out attention that was recorded for the graphs alone. */
function withoutAttention({ description, tensors }: RecordedRun, record: ExplainOptions["record"]): RecordedRun {
  const methods = Object.entries(description.methods).filter(([method]) => method !== "attention");
  const wasAdded = (name: string) =>
    /^(language|vision)\.attention\./.test(name) ||
    name === "language.norms" ||
    (name === "logits" && record === "default");
  return {
    description: { ...description, record, methods: Object.fromEntries(methods) },
    tensors: new Map([...tensors].filter(([name]) => !wasAdded(name))),
  };
}
