/** @file Tests of how long questions to a model take, as they are timed and foretold. */
import { expect, test } from "vitest";
import type { MeasuredWork } from "../../explain/measured-times.ts";
import type { EvaluationKind } from "../../measure/evaluations.ts";
import { evaluationSeconds, evaluationTimer, laterEvaluations } from "./measured-evaluations.ts";

const traced: MeasuredWork = {
  methods: [],
  variants: [],
  timings: { vision: 40, trace: 100 },
  tokens: 200,
  answerTokens: 5,
};

/** A timer after questions, each with its kind and the milliseconds that it took. */
function timed(...questions: readonly (readonly [EvaluationKind, number])[]) {
  let time = 1000;
  const timer = evaluationTimer(() => time);
  for (const [kind, milliseconds] of questions) {
    time += milliseconds;
    timer.answered(kind);
  }
  return timer.measured(200);
}

const times = (count: number, kind: EvaluationKind, milliseconds: number) =>
  Array.from({ length: count }, () => [kind, milliseconds] as const);

test("the first question opens the model, and each kind has the mean time of the others", () => {
  const together = [...times(3, "attention", 0), ["attention", 40] as const];
  const measured = timed(["attention", 300], ...times(2, "pictures", 40), ...together, ...times(2, "pictures", 60));
  expect(measured).toEqual({ tokens: 200, start: 300, each: { pictures: 50, attention: 10 } });
});

test("a few questions of a kind say nothing of others, but a recording does", () => {
  expect(timed(["pictures", 300], ...times(3, "pictures", 40))).toEqual({ tokens: 200, start: 300, each: {} });
  expect(timed(["recordings", 5000])).toEqual({ tokens: 200, each: { recordings: 5000 } });
});

test("later times take the place of earlier ones of their kind, which are scaled to as many tokens", () => {
  const before = { tokens: 100, start: 30, each: { pictures: 40, attention: 2 } };
  expect(laterEvaluations(before, { tokens: 200, start: 50, each: { pictures: 70 } })).toEqual({
    tokens: 200,
    start: 50,
    each: { pictures: 70, attention: 4 },
  });
  expect(laterEvaluations(before, { tokens: 200, each: { recordings: 900 } })).toEqual({
    tokens: 200,
    start: 60,
    each: { pictures: 80, attention: 4, recordings: 900 },
  });
});

test("a forecast counts each kind by what it took, in proportion to the tokens", () => {
  const measured = { tokens: 200, start: 500, each: { pictures: 50, attention: 5 } };
  const asked = { pictures: 100, attention: 40 };
  expect(evaluationSeconds(asked, { tokens: 200, traced, measured })).toBeCloseTo(0.5 + 5 + 0.2);
  expect(evaluationSeconds(asked, { tokens: 400, traced, measured })).toBeCloseTo(2 * (0.5 + 5 + 0.2));
});

test("what was not measured is guessed from the recorded pass", () => {
  const guessed = (asked: Parameters<typeof evaluationSeconds>[0]) =>
    evaluationSeconds(asked, { tokens: 200, traced, measured: undefined });
  const start = guessed({});
  const [words, attention, pictures, passes, recordings] = (
    ["words", "attention", "pictures", "passes", "recordings"] as const
  ).map((kind) => guessed({ [kind]: 1 }) - start) as [number, number, number, number, number];
  expect(start).toBeCloseTo(0.14);
  expect(words).toBeLessThan(attention);
  expect(attention).toBeLessThan(pictures);
  expect(pictures).toBeLessThan(passes);
  expect(passes).toBeLessThan(recordings);
  const measured = { tokens: 200, each: { attention: 2 } };
  expect(evaluationSeconds({ attention: 1, pictures: 1 }, { tokens: 200, traced, measured })).toBeCloseTo(
    start + 0.002 + pictures,
  );
});
