/** @file Tests of the rules on scores: every step of the cases that transformers computed, and what no model of it can show. */
import { describe, expect, test } from "vitest";
import { generationCases } from "../../test/support/generation-cases.ts";
import { parseGenerationRules } from "../checkpoint/generation-config.ts";
import { logitsProcessor } from "./logits-processors.ts";

const context = { promptIds: [5, 6, 5], stopTokenIds: [0], maxNewTokens: 4, minNewTokens: 0 };

describe("logitsProcessor", () => {
  test.each(generationCases.scores.map((wanted) => [JSON.stringify(wanted.fields), wanted] as const))(
    "gives the scores of transformers with %s",
    (_, { fields, prompt, answer, logits, scores }) => {
      const stops = [fields.eos_token_id ?? []].flat() as number[];
      const process = logitsProcessor(parseGenerationRules(fields, "test"), {
        ...{ promptIds: prompt, stopTokenIds: stops, maxNewTokens: answer.length, minNewTokens: 0 },
      });
      for (const [step, row] of logits.entries()) {
        const raw = Float32Array.from(row, (value) =>
          value === null ? -Infinity : Number(String(value).replace("inf", "Infinity")),
        );
        const found = process(raw, [...prompt, ...answer.slice(0, step)]);
        const wanted = scores[step]!;
        expect(Array.from(found, (score) => score === -Infinity)).toEqual(wanted.map((score) => score === null));
        const finite = (list: ArrayLike<number | null>) =>
          Array.from(list).map((score) => (score === null || score === -Infinity ? 0 : score));
        for (const [id, score] of finite(wanted).entries()) {
          expect(Math.abs(finite(found)[id]! - score)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(score)));
        }
      }
    },
  );

  test("leaves the logits as they are, and gives them back where there is no rule", () => {
    const logits = Float32Array.of(1, 2, 3);
    expect(logitsProcessor({}, context)(logits, context.promptIds)).toBe(logits);
    const found = logitsProcessor({ suppress_tokens: [2] }, context)(logits, context.promptIds);
    expect([...found]).toEqual([1, 2, -Infinity]);
    expect([...logits]).toEqual([1, 2, 3]);
  });

  test("a least length of the question takes the place of the rules'", () => {
    const stopsAt = (minNewTokens: number, rules: object, answered: number) => {
      const ids = [...context.promptIds, ...new Array<number>(answered).fill(1)];
      return logitsProcessor(rules, { ...context, minNewTokens })(Float32Array.of(1, 2), ids)[0] !== -Infinity;
    };
    expect([1, 2].map((answered) => stopsAt(2, {}, answered))).toEqual([false, true]);
    expect([1, 2].map((answered) => stopsAt(0, { min_new_tokens: 2 }, answered))).toEqual([false, true]);
    expect([0, 1].map((answered) => stopsAt(1, { min_new_tokens: 9 }, answered))).toEqual([false, true]);
    expect([0, 1].map((answered) => stopsAt(1, { min_length: 50 }, answered))).toEqual([false, true]);
    expect([1, 2].map((answered) => stopsAt(0, { min_length: 5 }, answered))).toEqual([false, true]);
  });

  test("refuses logits that are no numbers, unless the rules replace them", () => {
    for (const damaged of [NaN, Infinity]) {
      const logits = Float32Array.of(0, damaged, 1);
      expect(() => logitsProcessor({}, context)(logits, [])).toThrow("generation: the model gave a logit that is not");
      const found = logitsProcessor({ remove_invalid_values: true }, context)(logits, []);
      expect(found[1]).toBe(Number.isNaN(damaged) ? 0 : Math.fround(3.4028234663852886e38));
    }
  });

  test("ids outside of the vocabulary, such as those of image tokens of some models, change nothing", () => {
    const process = logitsProcessor(
      { repetition_penalty: 2, no_repeat_ngram_size: 1, suppress_tokens: [-1, 70] },
      { ...context, promptIds: [90, 1] },
    );
    expect([...process(Float32Array.of(4, 4, -4), [90, 1, 2])]).toEqual([4, -Infinity, -Infinity]);
  });

  test("each token of a long answer costs the same", () => {
    const ids = Array.from({ length: 3000 }, (_, i) => i % 7);
    const process = logitsProcessor(
      { no_repeat_ngram_size: 8, repetition_penalty: 1.1 },
      { ...context, promptIds: ids },
    );
    let read = 0;
    const counting = new Proxy(ids, {
      get(target, name) {
        if (typeof name === "string" && /^\d+$/.test(name)) read++;
        return Reflect.get(target, name) as unknown;
      },
    });
    process(new Float32Array(7), counting);
    const first = read;
    ids.push(3);
    process(new Float32Array(7), counting);
    expect(read - first).toBeLessThan(100);
  });
});
