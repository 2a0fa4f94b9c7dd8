/** @file The patches and words of the question with the largest relevancy, as many as the explanation set has. */
import { explainedBy } from "../../../src/run/explained.ts";
import { tokenClasses } from "../../../src/run/token-classes.ts";
import { wordsAt } from "../../../src/methods/token-words.ts";
import { missingCauses } from "../../map/missing-causes.ts";
import { chosenGraph, setAtRadius } from "../../run/chosen-graph.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Selection } from "../../selection/selection.ts";
import { membersOf, takableEvidence } from "./masked-evidence.ts";
import type { EvidenceState } from "./masked-evidence.ts";

const rows = "relevancy.exact.language";
/** So few patches at least: a smaller set of a map says little. */
const fewestPatches = 8;

interface SetSize {
  readonly patches: number;
  readonly words: number;
}

/** Patches and question words of the explanation set; none where there is no graph, undefined while it is on its way. */
function explanationSize(run: OpenRun, selection: Selection, token: number): SetSize | undefined {
  const none = { patches: 0, words: 0 };
  if (missingCauses(run, selection, token)) return none;
  const query = chosenGraph(run, selection, token);
  const finding = query && run.findings.causes(query);
  if (finding === undefined) return undefined;
  const { evidence } = takableEvidence(run, token, setAtRadius(finding, selection.radius));
  const { patches, words } = membersOf(run, evidence);
  return { patches: patches.length, words: words.filter(({ from }) => from === "question").length };
}

/** The members with the largest values, `count` of them; of equal values the earlier. */
export function largestMembers<Member>(
  members: readonly Member[],
  valueOf: (member: Member) => number,
  count: number,
): Member[] {
  return members
    .map((member, at) => ({ member, at, value: valueOf(member) }))
    .sort((a, b) => b.value - a.value || a.at - b.at)
    .slice(0, count)
    .map(({ member }) => member);
}

export function topRelevancy(run: OpenRun, selection: Selection, token: number): EvidenceState {
  const { description } = run.document;
  if (!run.has(rows) || !explainedBy(description, "relevancy").tokens.includes(token)) {
    const nothing = "Relevancy of this token was not computed, so that its top is not known.";
    return { nothing, request: { methods: ["relevancy"], variants: ["exact"] } };
  }
  const row = run.row(rows, token);
  const size = explanationSize(run, selection, token);
  if (row === undefined || size === undefined) return undefined;
  const { image, question } = tokenClasses(description, run.layout.predicting[token]!);
  const patchCount = selection.maskCount ?? Math.max(fewestPatches, size.patches);
  const patches = largestMembers(image, (position) => row[position]!, patchCount);
  const sumOf = (positions: readonly number[]): number => positions.reduce((sum, each) => sum + row[each]!, 0);
  const words = largestMembers(wordsAt(description.tokens, question), ({ positions }) => sumOf(positions), size.words);
  const taken = takableEvidence(run, token, [...patches, ...words.flatMap(({ positions }) => positions)]);
  if (taken.evidence.positions.length === 0) {
    return { nothing: "Nothing to mask: the question has no picture. Select words of the question, or mask heads." };
  }
  return { ...taken, source: { kind: "top", map: "relevancy.language" }, name: "top relevancy" };
}
