/** @file The tests that were made of a token, as a list. */
import { earlierSentences, verdictSentence } from "../../src/figure/verdict-text.ts";
import { nullSetLimits } from "../../src/run/measure-choices.ts";
import { mapRow } from "../../src/run/maps.ts";
import type { EarlierVerifyResult, VerifyResult } from "../../src/run/measures.ts";
import type { Table } from "../figures/figure.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { choiceOf, isWholePicture } from "./fitting-test.ts";
import { headsText } from "./evidence/head-evidence.ts";
import { membersOf, sizeText } from "./evidence/masked-evidence.ts";
import { fillLabels, leadingPart, verdictLooks } from "./verify-words.ts";

export interface PastTest {
  readonly result: VerifyResult | EarlierVerifyResult;
  /** What it found, a sentence for each part. */
  readonly sentence: string;
  readonly look: (typeof verdictLooks)[keyof typeof verdictLooks];
  /** p of the test that decides; null if there is none. */
  readonly p: number | null;
  /** Null sets that were used. */
  readonly used: number;
  readonly original: number;
  readonly masked: number;
  /** What was masked: "explanation set, radius 3, layer 5, head 2". */
  readonly name: string;
  readonly size: string;
  /** "mean color", or "set to zero" for heads. */
  readonly fill: string;
  /** Change of the probability. */
  readonly change: number;
  /** What to select to see it again; undefined where the page cannot choose its evidence. */
  readonly choice: Partial<Selection> | undefined;
}

function nameOf(run: OpenRun, { request }: Pick<PastTest["result"], "request">): string {
  const { source, evidence } = request;
  if (evidence.kind === "heads") return `heads, ${headsText(evidence.heads)}`;
  if (evidence.kind === "edges") return "edges of attention";
  if (isWholePicture(run, request)) return "whole picture";
  if (source.kind === "causes") {
    return `explanation set, radius ${source.radius}, layer ${source.layer}, head ${source.head}`;
  }
  return source.kind === "top" ? `top of ${mapRow(source.map).long}` : "selection";
}

function partOf(run: OpenRun, result: PastTest["result"]) {
  return {
    result,
    name: nameOf(run, result),
    size: sizeText(membersOf(run, result.request.evidence)),
    fill: { heads: "set to zero", edges: "blocked", tokens: fillLabels[result.request.fill] }[
      result.request.evidence.kind
    ],
  };
}

/** In the order given. */
export function pastTests(run: OpenRun, results: readonly VerifyResult[]): PastTest[] {
  return results.map((result) => {
    const { original, masked, parts } = result;
    const leading = leadingPart(result);
    const [deciding] = leading.tests;
    return {
      ...partOf(run, result),
      sentence: parts.map(verdictSentence).join(" "),
      look: verdictLooks[leading.verdict],
      p: deciding?.p ?? null,
      used: deciding?.used ?? 0,
      original: original.probability,
      masked: masked.probability,
      change: masked.probability - original.probability,
      choice: choiceOf(run, result.request),
    };
  });
}

const earlierLooks = {
  depends: verdictLooks.depends,
  matters: verdictLooks.depends,
  independent: verdictLooks.nothing,
  chance: verdictLooks.few,
} as const;

/** Tests of earlier versions, against random sets of any tokens. They are made anew by choosing their evidence. */
export function earlierPastTests(run: OpenRun, results: readonly EarlierVerifyResult[]): PastTest[] {
  return results.map((result) => {
    const { original, masked, random, p, verdict, request } = result;
    return {
      ...partOf(run, result),
      sentence: `${earlierSentences[verdict]} Found by an earlier version against random sets of any tokens.`,
      look: earlierLooks[verdict],
      p: random.length > 0 ? p : null,
      used: random.length,
      original,
      masked,
      change: masked - original,
      choice: choiceOf(run, { ...request, sets: nullSetLimits.default }),
    };
  });
}

export function pastTestsTable(tests: readonly PastTest[]): Table {
  return {
    columns: [
      { label: "Masked", kind: "text" },
      { label: "Size", kind: "text" },
      { label: "Fill", kind: "text" },
      { label: "Null sets", kind: "number" },
      { label: "Original", kind: "number" },
      { label: "Masked probability", kind: "number" },
      { label: "Change", kind: "number" },
      { label: "p", kind: "number" },
      { label: "Verdict", kind: "text" },
      { label: "Answer", kind: "text" },
    ],
    rows: tests.map(({ result, name, size, fill, used, original, masked, change, p, sentence }) => {
      return [name, size, fill, used, original, masked, change, p, sentence, result.answer.text.trim()];
    }),
  };
}
