/** @file Sentences about whether an answer depends on the picture say what the model says without it. */
import { expect, test } from "vitest";
import type { DependenceResult } from "../run/measures.ts";
import { dependenceSentences, saidShortly } from "./dependence-text.ts";

const said = { id: 4, text: " left", probability: 0.412 };
const request = { kind: "dependence", token: 4, score: "log-probability", seed: 0 } as const;
const original = { score: -0.03, probability: 0.97, said: { id: 3, text: " right", probability: 0.97 } };
const blank = { intervention: "mean", score: -2.3, probability: 0.1, said } as const;
const others = { intervention: "others", score: -0.2, probability: 0.82, said: original.said } as const;

test.each([
  ["depends", [blank], "The answer depends on the picture: without it the model says something else than “right”."],
  ["does not matter", [blank, others], "The picture does not matter for “right”: the model says the same without it."],
  [
    "could not tell",
    [others],
    "It could not be told whether “right” depends on the picture: its probability changes without it, but it is still said.",
  ],
] as const)("of %s", (verdict, without, sentence) => {
  const result: DependenceResult = { request, verdict, original, without: [...without] };
  expect(dependenceSentences(result, " right")[0]).toBe(sentence);
  expect(dependenceSentences(result, " right")).toHaveLength(1 + without.length);
});

test("each way of taking the picture away has its numbers", () => {
  const result: DependenceResult = { request, verdict: "depends", original, without: [blank, others] };
  expect(dependenceSentences(result, " right").slice(1)).toEqual([
    "Without the picture p(right) goes from 0.970 to 0.100, and the model says “left” (0.412).",
    "With other pictures in its place p(right) goes from 0.970 to 0.820, and the model says “right” (0.970).",
  ]);
  expect(saidShortly(blank)).toBe("without the picture “left” 0.412");
});
