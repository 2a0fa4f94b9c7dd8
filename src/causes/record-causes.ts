/** @file Adds the causal graphs of a layer's heads to a run that is being recorded. */
import type { CausalGraphFinding, CausalQuery, CausalSettings } from "../run/causes.ts";
import { byteTensor, type Tensor } from "../tensor/tensor.ts";
import type { RunDescription } from "../run/types.ts";
import type { RecordedRun } from "../explain/explain.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import type { GraphPool } from "./graph-pool.ts";
import { runGraphs } from "../findings/causes/run-graphs.ts";

export interface CausesRequest {
  readonly settings: CausalSettings;
  /** Layers of the language model, ascending. */
  readonly layers: readonly number[];
  /** Answer tokens by index, ascending. */
  readonly tokens: readonly number[];
}

/** A finding as the run's JSON holds it, and the tensor of its marks. */
function recordedCauses({ marks, ...finding }: CausalGraphFinding): {
  readonly finding: Omit<CausalGraphFinding, "marks">;
  readonly name: string;
  readonly marks: Tensor;
} {
  const { layer, head, token, nodes } = finding;
  return {
    finding,
    name: `causal.${layer}.${head}.${token}.marks`,
    marks: byteTensor([nodes.length, nodes.length], Uint8Array.from(marks)),
  };
}

/** Learns a graph of every head of the layers for every token. The run must hold these layers' attention whole. */
export async function addCauses(
  recorded: RecordedRun,
  request: CausesRequest,
  options: {
    readonly pool: GraphPool;
    readonly signal?: AbortSignal;
    readonly onDone?: (done: number, total: number) => void;
  },
): Promise<RecordedRun> {
  const { settings, layers, tokens } = request;
  const run = await openRecorded(recorded);
  const heads = Array.from({ length: run.description.model.languageHeads }, (_, head) => head);
  const queries: CausalQuery[] = tokens.flatMap((token) =>
    layers.flatMap((layer) => heads.map((head) => ({ ...settings, token, layer, head }))),
  );
  const { pool, signal, onDone } = options;
  const found = await runGraphs(run, queries, { pool, signal, onDone: (done) => onDone?.(done, queries.length) });
  const tensors = new Map(recorded.tensors);
  const causes: Omit<CausalGraphFinding, "marks">[] = [];
  for (const each of found) {
    const { finding, name, marks } = recordedCauses(each);
    causes.push(finding);
    if (finding.noGraph === undefined) tensors.set(name, marks);
  }
  const description: RunDescription = {
    ...recorded.description,
    methods: { ...recorded.description.methods, causal: { ...settings, layers, tokens } },
    causes,
  };
  return { description, tensors };
}
