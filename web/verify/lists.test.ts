/** @file Tests of the tables of the tab: answers, random sets, members, earlier tests, and steps of curves. */
import { describe, expect, it } from "vitest";
import type { CurvesResult, EarlierVerifyResult, VerifiedPart, VerifyResult } from "../../src/run/measures.ts";
import { exampleEarlierTest, exampleMeasures } from "../../test/support/example-run.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import {
  answersTable,
  firstChange,
  isChanged,
  newWords,
  nullTable,
  originalWords,
} from "./results/compared-answers.ts";
import { areasText, curveTable } from "./results/curve-table.ts";
import { membersOf } from "./evidence/masked-evidence.ts";
import { memberTable, showMembers } from "./evidence/minimal-members.ts";
import { earlierPastTests, pastTests, pastTestsTable } from "./past-tests.ts";
import { placeTable } from "./results/place-bars.ts";
import { curveSettings, testSettings } from "./test-settings.ts";
import { verdictLooks } from "./verify-words.ts";

const run = openRunOf();
const [test, curves] = exampleMeasures as unknown as [VerifyResult, CurvesResult];

describe("both answers", () => {
  it("are words of tokens without special ones, with the chosen token marked", () => {
    const texts = (words: ReturnType<typeof newWords>) =>
      words.map((word) => word.map(({ text, isChosen }) => (isChosen ? `[${text}]` : text)));
    expect(texts(originalWords(run.document.description, 1))).toEqual([["t25"], ["[t26]"]]);
    const tokens = [" po", "ints", " left", "</s>"].map((text) => ({ text, probability: 0.5 }));
    const request = { ...test.request, token: 2 };
    expect(texts(newWords({ answer: { text: "points left", tokens }, request }))).toEqual([["po", "ints"], ["[left]"]]);
  });

  it("are the same where their texts are, but for space around them", () => {
    expect(isChanged(test, " No ")).toBe(false);
    expect(isChanged(test, "Yes")).toBe(true);
  });

  it("differ first at a said token that the new one does not have there", () => {
    const found = (...texts: string[]) =>
      firstChange(run.document.description, {
        answer: { text: "", tokens: texts.map((text) => ({ text, probability: 1 })) },
      });
    expect(found(" t25", " t26", " t2")).toBeUndefined();
    // The third token of the run is its stop token, which is not said.
    expect(found(" t25", " t26")).toBeUndefined();
    expect(found(" t25", " other")).toBe(1);
    expect(found()).toBe(0);
  });

  it("stand in a table with their probabilities", () => {
    expect(answersTable(test, "Yes", "1 patch").rows).toEqual([
      ["with everything", "Yes", 0.9, 0],
      ["without 1 patch", "No", 0.1, -0.8],
    ]);
    expect(nullTable(test.parts[0]!).rows).toEqual([
      ["this set", "mean", "shifted", 1.504, 0.05],
      ["null set 1", "mean", "shifted", 0.1, null],
      ["null set 2", "mean", "shifted", -0.2, null],
      ["null set 3", "mean", "shifted", 0.4, null],
      ["this set", "mean", "random", 1.504, 0.1],
      ["null set 1", "mean", "random", 0.3, null],
      ["null set 2", "mean", "random", 0.2, null],
      ["this set", "others", "shifted", 1.2, 0.04],
      ["null set 1", "others", "shifted", 0.3, null],
      ["null set 2", "others", "shifted", 0.2, null],
    ]);
  });
});

describe("members", () => {
  const members = membersOf(run, { kind: "tokens", positions: [2, 5, 6, 7, 13] });

  it("are patches by their number among all image tokens, and words of question and answer", () => {
    expect(members.patches).toEqual([1, 8]);
    expect(members.words.map(({ text, from }) => `${text} ${from}`)).toEqual([
      "t20 question",
      "t21 question",
      "t22 answer",
    ]);
    expect(memberTable(run, members).rows).toEqual([
      ["patch", "picture 1, row 0, column 1", 2],
      ["patch", "picture 2, row 1, column 1", 13],
      ["t20", "question", 5],
      ["t21", "question", 6],
      ["t22", "answer", 7],
    ]);
  });

  it("are selected as far as they can be", () => {
    expect(showMembers(run, members)).toEqual({ mask: "selection", patches: [1, 8], words: [5, 6], picture: 0 });
    expect(showMembers(run, membersOf(run, { kind: "heads", heads: [{ layer: 0, head: 1 }] }))).toBeUndefined();
  });
});

it("earlier tests have their name, size, fill and change", () => {
  const heads = { kind: "heads", heads: [{ layer: 1, head: 2 }] } as const;
  const request = { ...test.request, evidence: heads, source: { kind: "selection" } } as const;
  const whole = [1, 2, 3, 4, 9, 10, 11, 12, 13, 14];
  const pictureRequest = { ...request, evidence: { kind: "tokens", positions: whole } } as const;
  const top = { ...test.request, source: { kind: "top", map: "relevancy.language" } } as const;
  const [image] = test.parts as [VerifiedPart];
  const untested = { ...image, verdict: "nothing", tests: [] } as const;
  const tests = pastTests(run, [
    test,
    { ...test, request },
    { ...test, request: pictureRequest, parts: [untested] },
    { ...test, request: top },
  ]);
  expect(tests.map(({ name, size, fill }) => `${name}: ${size}, ${fill}`)).toEqual([
    "explanation set, radius 1, layer 1, head 0: 1 patch and 1 word, mean color",
    "heads, layer 1, head 2: 1 head, set to zero",
    "whole picture: 10 patches, mean color",
    "top of relevancy of the language model: 1 patch and 1 word, mean color",
  ]);
  expect(tests[0]!.change).toBeCloseTo(-0.8, 12);
  expect(tests[0]!.sentence).toBe("The answer depends on this. Could not tell: too few sets.");
  expect(tests.map(({ look }) => look)).toEqual([
    verdictLooks.depends,
    verdictLooks.depends,
    verdictLooks.nothing,
    verdictLooks.depends,
  ]);
  // Of what was not tested there is no p.
  expect(pastTestsTable(tests).rows.map((row) => row[7])).toEqual([0.05, 0.05, null, 0.05]);
});

it("tests of earlier versions are listed with what was said then, and can be made anew", () => {
  const earlier = exampleEarlierTest as EarlierVerifyResult;
  const [listed, alone] = earlierPastTests(run, [earlier, { ...earlier, random: [], p: 1, verdict: "depends" }]);
  expect(listed).toMatchObject({ size: "1 patch", fill: "mean color", original: 0.9, masked: 0.1, p: 1 / 3, used: 2 });
  expect(listed!.sentence).toMatch(/^Not told apart from chance\. Found by an earlier version/);
  expect(listed!.choice).toMatchObject({ mask: "causes", sets: 99 });
  expect([alone!.p, alone!.look]).toEqual([null, verdictLooks.depends]);
});

it("curves are steps of every method and baseline, and areas say which way is better", () => {
  const { columns, rows } = curveTable(curves, "insertion", (method) => method);
  expect(columns.map(({ label }) => label)).toEqual([
    "Share shown",
    "attention",
    "random, mean",
    "random, 95 % from",
    "random, 95 % to",
    "center first",
  ]);
  expect(rows).toEqual([
    [0, 0.9, 0.9, 0.8, 1, 0.9],
    [1, 0.1, 0.1, 0, 0.2, 0.1],
  ]);
  expect(areasText(curves, "deletion", "attention")).toBe(
    "Area 0.50; random 0.50, 95 % of orders 0.40 to 0.60; center first 0.50. 0 to 1, lower is better.",
  );
  expect(areasText(curves, "insertion", "rollout")).toBe(
    "random 0.50, 95 % of orders 0.40 to 0.60; center first 0.50. 0 to 1, higher is better.",
  );
});

it("exports write settings in one short text or number each", () => {
  const causes = testSettings(test);
  expect(causes).toMatchObject({
    positions: "2,5",
    source: "causes",
    radius: 1,
    alpha: 1e-5,
    confirm: "others",
    score: "log-probability",
    nullSets: "shifted, random",
    verdict: "image depends p 0.05 of 3; text few p 0.667 of 2",
  });
  const heads = { kind: "heads", heads: [{ layer: 1, head: 2 }] } as const;
  const untested = { ...test.parts[0]!, verdict: "nothing", tests: [] } as const;
  const ofHeads = testSettings({ ...test, parts: [untested], request: { ...test.request, evidence: heads } });
  expect(ofHeads).toMatchObject({ heads: "layer 1, head 2", verdict: "image nothing" });
  expect(ofHeads).not.toHaveProperty("nullSets");
  expect(ofHeads).not.toHaveProperty("fill");
  expect(curveSettings(curves.request, "attention")).toMatchObject({
    over: "patches",
    methods: "attention",
    fill: "blur",
  });
  for (const value of Object.values({ ...causes, ...ofHeads })) expect(typeof value).not.toBe("object");
});

it("a place has no numbers before it was tested", () => {
  expect(placeTable(undefined).rows).toEqual([]);
});
