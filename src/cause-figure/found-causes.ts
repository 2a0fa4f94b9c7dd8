/** @file What the verified causes of a run say of a token: newest results, and sets with their patches and words. */
import { causeSentence, countedMembers } from "./cause-text.ts";
import { formatPercent, formatProbability } from "../figure/numbers.ts";
import { wordsAt, type TokenWord } from "../methods/token-words.ts";
import { causeKinds, type CauseKind } from "../run/measure-choices.ts";
import {
  resultsOf,
  type CauseSet,
  type FlowGroup,
  type FlowResult,
  type KindCauses,
  type MeasureResult,
  type MinimalResult,
} from "../run/measures.ts";
import type { FigureTable } from "../figure/figure-table.ts";
import { patchName, type NamedRun } from "./causal-graph/graph-tokens.ts";

/** The image tokens of a group or a set, by their index among those of all pictures, ascending. */
export function groupPatches(
  { imagePositions }: Pick<NamedRun["layout"], "imagePositions">,
  { positions }: Pick<FlowGroup, "positions">,
): number[] {
  const members = new Set(positions);
  return Array.from(imagePositions, (position, patch) => (members.has(position) ? patch : -1)).filter(
    (patch) => patch !== -1,
  );
}

/** A set of causes with what a reader sees of it. */
export interface ListedCause {
  readonly kind: CauseKind;
  readonly set: CauseSet;
  /** From 0, among the sets of both kinds. */
  readonly number: number;
  /** Image tokens by their index among those of all pictures. */
  readonly patches: readonly number[];
  readonly words: readonly TokenWord[];
  /** What its members are called: words, or patches by their place. */
  readonly members: readonly string[];
}

/** The newest minimal causes of a token that a run holds. */
export function minimalOf(measures: readonly MeasureResult[] | undefined, token: number): MinimalResult | undefined {
  return resultsOf(measures, "minimal").findLast(({ request }) => request.token === token);
}

/** The newest flow graph of a token that a run holds. */
export function flowOf(measures: readonly MeasureResult[] | undefined, token: number): FlowResult | undefined {
  return resultsOf(measures, "flow").findLast(({ request }) => request.token === token);
}

/** What was found of each kind that was searched, pictures first. */
export function kindsOf(result: MinimalResult): { readonly kind: CauseKind; readonly causes: KindCauses }[] {
  return causeKinds.flatMap((kind) => {
    const causes = result[kind];
    return causes === undefined ? [] : [{ kind, causes }];
  });
}

/** The sets of both kinds in the order in which they were found. */
export function listedCauses(run: NamedRun, result: MinimalResult): ListedCause[] {
  const { tokens } = run.document.description;
  return kindsOf(result)
    .flatMap(({ kind, causes }) => causes.sets.map((set) => ({ kind, set })))
    .map(({ kind, set }, number) => {
      const patches = groupPatches(run.layout, set);
      const words = kind === "text" ? wordsAt(tokens, set.positions) : [];
      const members =
        kind === "text" ? words.map(({ text }) => text) : patches.map((patch) => patchName(run, patch).name);
      return { kind, set, number, patches, words, members };
    });
}

/** Members of a set as a reader counts them: patches, or whole words. */
function sizeOf({ kind, set, words }: ListedCause): number {
  return kind === "text" ? words.length : set.positions.length;
}

/** The sentence about each kind. */
export function sentencesOf(run: NamedRun, result: MinimalResult, word: string): string[] {
  const listed = listedCauses(run, result);
  const size = (set: CauseSet): number => {
    const found = listed.find((each) => each.set === set);
    return found === undefined ? set.positions.length : sizeOf(found);
  };
  return kindsOf(result).map((found) => causeSentence({ ...found, word, sizeOf: size }));
}

/** "3 patches", "1 word" */
export function memberText(cause: ListedCause): string {
  return countedMembers(sizeOf(cause), cause.kind);
}

export function causesTable(listed: readonly ListedCause[]): FigureTable {
  return {
    columns: [
      { label: "set", kind: "number" },
      { label: "of", kind: "text" },
      { label: "members", kind: "text" },
      { label: "positions", kind: "text" },
      { label: "necessity", kind: "number" },
      { label: "sufficiency", kind: "number" },
      { label: "p without it", kind: "number" },
      { label: "p with it alone", kind: "number" },
      { label: "confirmed", kind: "text" },
      { label: "tests", kind: "text" },
    ],
    rows: listed.map((cause) => {
      const { set, number, kind, members } = cause;
      return [
        number + 1,
        kind === "image" ? "picture" : "question",
        members.join("; "),
        set.positions.join(" "),
        set.necessity,
        set.sufficiency,
        set.without,
        set.alone,
        set.confirmed ? "yes" : "no",
        set.confirmedBy
          .map(
            ({ intervention, necessity, p, nullSets }) =>
              `${intervention}: ${formatPercent(Math.max(0, necessity))} of the fall, p ${formatProbability(p)}, ${nullSets} sets`,
          )
          .join("; "),
      ];
    }),
  };
}
