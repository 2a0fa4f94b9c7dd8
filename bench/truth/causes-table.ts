/** @file The table of causal explanations under their own test. */
import {
  graphVariants,
  setCount,
  setNames,
  type CausesFinding,
  type GraphTest,
  type GraphVariant,
  type SetName,
} from "./causes.ts";
import type { Origin } from "./grounding.ts";
import { estimate } from "./summary.ts";
import { estimateText, percent, quantiles, textTable } from "./text-table.ts";

type TestedGraph = Extract<GraphTest, { readonly outcome: "tested" }>;

const setTexts: Readonly<Record<SetName, string>> = {
  explanation: "causal explanation",
  relevancy: "top relevancy, as many",
  attention: "top attention, as many",
};

interface Group {
  readonly name: string;
  readonly holds: (origin: Origin) => boolean;
}

const groups: readonly Group[] = [
  { name: "all", holds: () => true },
  { name: "grounded", holds: (origin) => origin === "grounded" },
  { name: "banana", holds: (origin) => origin === "prior" },
  { name: "door", holds: (origin) => origin === "door" },
  { name: "apples", holds: (origin) => origin === "tag" },
];

function testedOf(findings: readonly CausesFinding[], variant: GraphVariant): (TestedGraph & { scene: string })[] {
  return findings.flatMap(({ scene, tests: { [variant]: test } }) =>
    test.outcome === "tested" ? [{ ...test, scene }] : [],
  );
}

function variantLines(findings: readonly CausesFinding[], variant: GraphVariant): string[] {
  const groupsOf = groups.map(({ name, holds }) => {
    const members = findings.filter(({ origin }) => holds(origin));
    return { name, members, tested: testedOf(members, variant) };
  });
  const outcomes = (outcome: GraphTest["outcome"]) =>
    groupsOf.map(({ members }) => String(members.filter(({ tests }) => tests[variant].outcome === outcome).length));
  const row = (name: string, value: (tested: ReturnType<typeof testedOf>) => string) => [
    name,
    ...groupsOf.map(({ tested }) => (tested.length === 0 ? "-" : value(tested))),
  ];
  const mean = (tested: ReturnType<typeof testedOf>, value: (test: TestedGraph) => number) =>
    estimateText(estimate(tested.map((test) => ({ scene: test.scene, value: value(test) }))));
  const rows = [
    ["", ...groupsOf.map(({ name }) => name)],
    ["tested", ...outcomes("tested")],
    ["no graph", ...outcomes("no graph")],
    ["empty set", ...outcomes("empty")],
    [`fewer than ${setCount} other sets`, ...outcomes("too few others")],
    row("image tokens in the set", (tested) => sizes(tested, ({ size }) => size.image)),
    row("other tokens in the set", (tested) => sizes(tested, ({ size }) => size.question + size.text)),
    ...setNames.map((name) =>
      row(`passes: ${setTexts[name]}`, (tested) => mean(tested, ({ sets }) => (sets[name].passes ? 1 : 0))),
    ),
    ...setNames.map((name) => row(`drop: ${setTexts[name]}`, (tested) => mean(tested, ({ sets }) => sets[name].drop))),
    row("drop: random sets", (tested) => mean(tested, ({ randomDrop }) => randomDrop)),
    row("drop over 5: random sets", (tested) => mean(tested, ({ randomAboveSmall }) => randomAboveSmall / setCount)),
  ];
  return [`Graphs of the ${variant} variant`, ...textTable(rows)];
}

/** Least, quartiles and most of a number of tokens. */
function sizes(tested: readonly TestedGraph[], value: (test: TestedGraph) => number): string {
  return quantiles(tested.map((test) => value(test) / 100));
}

export function causesLines(findings: readonly CausesFinding[]): string[] {
  return [
    `Causal explanations under their own test: the set is filled with the mean color or knocked out, and compared with ${setCount} random sets of as many`,
    `tokens of each kind. It passes with p < 0.05 and a drop of more than 5 points; chance passes ${percent(1 / (1 + setCount))} % at most. In percent, with 95 % intervals.`,
    ...graphVariants.flatMap((variant) => ["", ...variantLines(findings, variant)]),
  ];
}
