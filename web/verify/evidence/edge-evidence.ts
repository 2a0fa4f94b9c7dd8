/** @file Edges of attention that are blocked: from what is selected, the picture or the question, to words or to the position that predicts the token. */
import { imageTokens, predictingPosition, questionPositions } from "../../../src/run/positions.ts";
import type { EdgeName } from "../../../src/run/measures.ts";
import type { RunDescription } from "../../../src/run/types.ts";
import type { EdgeSource, EdgeTarget, Selection } from "../../selection/selection.ts";
import type { EvidenceRun, EvidenceState } from "./masked-evidence.ts";

export const edgeSourceNames: { readonly [S in EdgeSource]: string } = {
  selection: "my selection",
  picture: "the picture",
  question: "the question",
};

export const edgeTargetNames: { readonly [T in EdgeTarget]: string } = {
  last: "the last position",
  question: "the question",
  words: "selected words",
};

type ChosenEdge = Pick<Selection, "patches" | "words" | "edgesFrom" | "edgesTo" | "edgeLayers" | "edgeHeads">;

/** "layers 0 to 3", "layers 0, 2", "layer 4" */
function numbersText(one: string, numbers: readonly number[]): string {
  const [first, last] = [numbers[0]!, numbers.at(-1)!];
  if (numbers.length === 1) return `${one} ${first}`;
  return last - first === numbers.length - 1 ? `${one}s ${first} to ${last}` : `${one}s ${numbers.join(", ")}`;
}

function sourcesOf({ document: { description }, layout }: EvidenceRun, { edgesFrom, ...chosen }: ChosenEdge): number[] {
  if (edgesFrom === "picture") return imageTokens(description).map(({ position }) => position);
  if (edgesFrom === "question") return questionPositions(description);
  const patches = chosen.patches.map((patch) => layout.imagePositions[patch]!);
  // Words that are attended from are not what is attended to.
  return [...patches, ...(chosen.edgesTo === "words" ? [] : chosen.words)].sort((a, b) => a - b);
}

function targetsOf(description: RunDescription, { edgesTo, words }: ChosenEdge, token: number): readonly number[] {
  if (edgesTo === "last") return [predictingPosition(description, token)];
  return edgesTo === "question" ? questionPositions(description) : words;
}

/** What is selected as an edge, or why it is none. */
export function chosenEdge(run: EvidenceRun, selection: ChosenEdge, token: number): EvidenceState {
  const { description } = run.document;
  const [from, to] = [sourcesOf(run, selection), targetsOf(description, selection, token)];
  if (from.length === 0) {
    const nothing =
      selection.edgesFrom === "selection"
        ? "No edge begins anywhere: drag over patches of the picture, or click words of the question, or take all of them."
        : `No edge begins anywhere: the run has no ${selection.edgesFrom}.`;
    return { nothing };
  }
  if (to.length === 0) {
    return { nothing: "No edge ends anywhere: click the words of the question whose attention is blocked." };
  }
  const { edgeLayers, edgeHeads } = selection;
  const edge: EdgeName = {
    from,
    to: [...to],
    ...(edgeLayers.length === 0 ? {} : { layers: [...edgeLayers] }),
    ...(edgeHeads.length === 0 ? {} : { heads: [...edgeHeads] }),
  };
  return {
    evidence: { kind: "edges", edges: [edge] },
    source: { kind: "selection" },
    name: edgeName(selection),
    leftOut: 0,
  };
}

function edgeName({ edgesFrom, edgesTo, edgeLayers, edgeHeads }: ChosenEdge): string {
  const where = [
    ...(edgeLayers.length === 0 ? [] : [numbersText("layer", edgeLayers)]),
    ...(edgeHeads.length === 0 ? [] : [numbersText("head", edgeHeads)]),
  ];
  const ends = `attention of ${edgeTargetNames[edgesTo]} to ${edgeSourceNames[edgesFrom]}`;
  return [ends, ...where].join(", ");
}

/** What to select for an edge to be chosen again; undefined if the page cannot choose it. */
export function choiceOfEdge(
  run: EvidenceRun,
  token: number,
  edges: readonly EdgeName[],
): Partial<Selection> | undefined {
  const [edge, ...others] = edges;
  if (edge === undefined || others.length > 0) return undefined;
  const { description } = run.document;
  const patchOf = new Map(Array.from(run.layout.imagePositions, (position, patch) => [position, patch]));
  const question = new Set(questionPositions(description));
  const rest = { edgeLayers: edge.layers ?? [], edgeHeads: edge.heads ?? [] };
  const isSame = (a: readonly number[], b: readonly number[]): boolean => [...a].sort().join() === [...b].sort().join();
  for (const edgesTo of Object.keys(edgeTargetNames) as EdgeTarget[]) {
    for (const edgesFrom of ["picture", "question", "selection"] as const) {
      const patches = edgesFrom === "selection" ? edge.from.flatMap((position) => patchOf.get(position) ?? []) : [];
      const selected = edgesTo === "words" ? edge.to : edgesFrom === "selection" ? edge.from : [];
      const words = selected.filter((position) => question.has(position));
      const choice = { ...rest, edgesFrom, edgesTo, patches, words };
      const from = sourcesOf(run, choice);
      const to = targetsOf(description, choice, token);
      if (isSame(from, edge.from) && isSame(to, edge.to)) {
        const needed = edgesFrom === "selection" || edgesTo === "words" ? { patches, words } : {};
        return { mask: "edges", ...rest, edgesFrom, edgesTo, ...needed };
      }
    }
  }
  return undefined;
}
