/** @file The tests that were made of a token, as a list. */
import { mapRow } from "../../src/run/maps.ts";
import type { VerifyResult } from "../../src/run/measures.ts";
import type { Table } from "../figures/figure.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { choiceOf, isWholePicture } from "./fitting-test.ts";
import { headsText } from "./evidence/head-evidence.ts";
import { membersOf, sizeText } from "./evidence/masked-evidence.ts";
import { fillLabels } from "./verify-words.ts";

export interface PastTest {
  readonly result: VerifyResult;
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

function nameOf(run: OpenRun, { request }: VerifyResult): string {
  const { source, evidence } = request;
  if (evidence.kind === "heads") return `heads, ${headsText(evidence.heads)}`;
  if (isWholePicture(run, request)) return "whole picture";
  if (source.kind === "causes") {
    return `explanation set, radius ${source.radius}, layer ${source.layer}, head ${source.head}`;
  }
  return source.kind === "top" ? `top of ${mapRow(source.map).long}` : "selection";
}

/** In the order given. */
export function pastTests(run: OpenRun, results: readonly VerifyResult[]): PastTest[] {
  return results.map((result) => ({
    result,
    name: nameOf(run, result),
    size: sizeText(membersOf(run, result.request.evidence)),
    fill: result.request.evidence.kind === "heads" ? "set to zero" : fillLabels[result.request.fill],
    change: result.masked - result.original,
    choice: choiceOf(run, result.request),
  }));
}

export function pastTestsTable(tests: readonly PastTest[]): Table {
  return {
    columns: [
      { label: "Masked", kind: "text" },
      { label: "Size", kind: "text" },
      { label: "Fill", kind: "text" },
      { label: "Random sets", kind: "number" },
      { label: "Original", kind: "number" },
      { label: "Masked probability", kind: "number" },
      { label: "Change", kind: "number" },
      { label: "p", kind: "number" },
      { label: "Verdict", kind: "text" },
      { label: "Answer", kind: "text" },
    ],
    rows: tests.map(({ result, name, size, fill, change }) => {
      const { original, masked, random, p, verdict, answer } = result;
      const chance = random.length > 0 ? p : null;
      return [name, size, fill, random.length, original, masked, change, chance, verdict, answer.text.trim()];
    }),
  };
}
