/** @file What the server finds in the recorded attention of a run when it is asked: causal graphs, their stability, the importance of heads. */
import type {
  CausalGraphFinding,
  CausalQuery,
  CausalStability,
  HeadImportance,
  StabilityRequest,
} from "../../src/server/api.ts";
import type { DataSource } from "../data/data-source.ts";
import { createResourceCache } from "../data/resource-cache.svelte.ts";

/** Which layer's heads, for which answer token. */
interface HeadsQuery {
  readonly token: number;
  readonly layer: number;
}

/** Each gives undefined until it has arrived, and the view that reads it is run again then. */
export interface RunFindings {
  causes(query: CausalQuery): CausalGraphFinding | undefined;
  stability(request: StabilityRequest): CausalStability | undefined;
  headImportance(query: HeadsQuery): HeadImportance | undefined;
  /** Why one is not coming: the code is `not-recorded` where the layer's attention was not kept whole. */
  failureOfCauses(query: CausalQuery): Error | undefined;
  failureOfStability(request: StabilityRequest): Error | undefined;
  failureOfHeads(query: HeadsQuery): Error | undefined;
  retry(): void;
}

/** Findings that are kept: a graph has some thousand numbers. */
const kept = 400;

const causesKey = ({ token, layer, head, variant, alpha, samples, signRule, threshold }: CausalQuery): string =>
  ["causes", token, layer, head, variant, alpha, samples, signRule, threshold].join(" ");
const stabilityKey = (request: StabilityRequest): string => `${request.over} ${causesKey(request)}`;
const headsKey = ({ token, layer }: HeadsQuery): string => `heads ${token} ${layer}`;

export function createRunFindings(
  api: Pick<DataSource, "causes" | "stability" | "headImportance">,
  run: string,
): RunFindings {
  const options = { maxBytes: kept, sizeOf: () => 1 };
  const graphs = createResourceCache<CausalGraphFinding>(options);
  const stabilities = createResourceCache<CausalStability>(options);
  const heads = createResourceCache<HeadImportance>(options);
  return {
    causes: (query) => graphs.read(causesKey(query), () => api.causes(run, query)),
    stability: (request) => stabilities.read(stabilityKey(request), () => api.stability(run, request)),
    headImportance: (query) => heads.read(headsKey(query), () => api.headImportance(run, query)),
    failureOfCauses: (query) => graphs.failure(causesKey(query)),
    failureOfStability: (request) => stabilities.failure(stabilityKey(request)),
    failureOfHeads: (query) => heads.failure(headsKey(query)),
    retry() {
      graphs.retry();
      stabilities.retry();
      heads.retry();
    },
  };
}
