/** @file The causes of an answer token as JSON: the fields of each method beside each other. */
import type {
  CleannResult,
  FlowResult,
  KindCauses,
  MeasureResult,
  MinimalResult,
  PatchingResult,
} from "../../run/measures.ts";
import type { RunDescription } from "../../run/types.ts";
import { vocabularyTexts } from "../../run/vocabulary.ts";

interface CausesOfToken {
  readonly token: { readonly index: number; readonly text: string };
  /** Of one token, at most one of each kind. */
  readonly results: readonly MeasureResult[];
}

function kindDocument({ verdict, wholeFall, sets, calls }: KindCauses) {
  return {
    verdict,
    wholeFall,
    sets: sets.map(({ positions, necessity, sufficiency, confirmed, confirmedBy }) => {
      return { positions, necessity, sufficiency, confirmed, confirmedBy };
    }),
    calls,
  };
}

function minimalDocument({ image, text }: MinimalResult) {
  return {
    ...(image === undefined ? {} : { image: kindDocument(image) }),
    ...(text === undefined ? {} : { text: kindDocument(text) }),
  };
}

function flowDocument({ edges, faithfulness, necessity, randomGraphs, spearman }: FlowResult) {
  return { edges, faithfulness, necessity, randomGraphs, spearman };
}

function cleannDocument({ request: { layer }, heads, calls }: CleannResult) {
  return { cleann: { layer, heads, calls } };
}

function patchingDocument({ request: { other }, ...found }: PatchingResult) {
  return { patching: { with: other, ...found } };
}

function documentOf(result: MeasureResult): object {
  switch (result.request.kind) {
    case "minimal":
      return minimalDocument(result as MinimalResult);
    case "flow":
      return flowDocument(result as FlowResult);
    case "patching":
      return patchingDocument(result as PatchingResult);
    default:
      return cleannDocument(result as CleannResult);
  }
}

/** By method the rival of a contrast, by its id and text; nothing if every number is about the log-probability. */
function scoresDocument(description: RunDescription, results: readonly MeasureResult[]): object {
  const texts = vocabularyTexts(description);
  const rivals = results.flatMap(({ request }) =>
    "score" in request && typeof request.score === "object" ? [{ kind: request.kind, id: request.score.contrast }] : [],
  );
  if (rivals.length === 0) return {};
  return {
    scores: Object.fromEntries(rivals.map(({ kind, id }) => [kind, { contrast: { id, text: texts(id) } }])),
  };
}

/** Positions count in the sequence, as the tokens of the run do; behind it stand image tokens that only cross-attention reads. */
export function causesDocument(description: RunDescription, { token, results }: CausesOfToken): object {
  return Object.assign({ token }, ...results.map(documentOf), scoresDocument(description, results)) as object;
}
