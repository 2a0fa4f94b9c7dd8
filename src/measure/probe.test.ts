/** @file Tests that a run is asked again as it was asked: with its own sampling and rules, whatever the model's files say by now. */
import { expect, test } from "vitest";
import { demoPicture, questionOf } from "../../test/support/demo-question.ts";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import type { HostedModel } from "../explain/host.ts";
import type { Run, RunDescription } from "../run/types.ts";
import { explain } from "../explain/explain.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import { traceLanguage } from "../engine/trace.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { logitsOf, probabilityIn } from "../methods/probability.ts";
import { nothingMasked, type Masking } from "./masking.ts";
import { withProbe } from "./probe.ts";

const plain = await loadRandomModel();
const sampling = { temperature: 1.5, topK: 0, topP: 1, minP: 0.01 };
const ruled: HostedModel = {
  ...plain,
  checkpoint: { ...plain.checkpoint, rules: { repetition_penalty: 1.6, no_repeat_ngram_size: 1 }, sampling },
};

async function answerAgain(model: HostedModel, run: Run, change: Partial<RunDescription> = {}): Promise<string> {
  const changed = { ...run, description: { ...run.description, ...change } };
  return withProbe(model, changed, { seed: 0, work: async (probe) => (await probe.answer(nothingMasked)).text });
}

test.each([
  ["greedy", {}],
  ["sampled as the files said", { source: "checkpoint", seed: 5 }],
] as const)("the answer without a mask is the run's own, %s", async (_, asked) => {
  const question = questionOf("Why? Why? Why?", [demoPicture("banana-pink.png")], { maxNewTokens: 24, ...asked });
  const run = await openRecorded(
    await explain(ruled, question, { methods: [], record: "default", maxMemoryBytes: 2 ** 32 }),
  );
  const { answerText } = run.description;
  expect(run.description.generation).toEqual(ruled.checkpoint.rules);
  expect(await answerAgain(ruled, run)).toBe(answerText);
  // The files of the model were changed since.
  expect(await answerAgain(plain, run)).toBe(answerText);
  expect(await answerAgain(ruled, run, { generation: undefined })).not.toBe(answerText);
});

test("maskings that are asked about together give what each gives alone", async () => {
  const question = questionOf("Which way?", [demoPicture("banana-pink.png")], { maxNewTokens: 4, minNewTokens: 4 });
  const options = { methods: [], record: "default", maxMemoryBytes: 2 ** 32 } as const;
  const run = await openRecorded(await explain(plain, question, options));
  const image = run.description.tokens.flatMap(({ role }, position) => (role === "image" ? [position] : []));
  const last = image.at(-1)!;
  const maskings: Masking[] = [
    { ...nothingMasked, image: image.slice(0, 3) },
    { ...nothingMasked, image: image.slice(2, 4), text: [last + 2], fill: "knock-out" },
    nothingMasked,
    { ...nothingMasked, text: [last + 1, last + 3] },
    { ...nothingMasked, heads: [{ layer: 1, head: 0 }] },
    { ...nothingMasked, image, fill: "knock-out" },
  ];
  await withProbe(plain, run, {
    seed: 0,
    async work(probe) {
      for (const token of [0, 3]) {
        let scored = 0;
        const together = await probe.probabilities(token, maskings, () => (scored += 1));
        expect(scored).toBe(maskings.length);
        const alone: number[] = [];
        for (const masking of maskings) {
          const logits = logitsOf(await probe.logits(masking), token);
          alone.push(probabilityIn(logits, run.description.tokens[run.description.answer.start + token]!.id));
        }
        expect(together).toBeCloseToArray(alone, 1e-6);
        expect(new Set(alone).size).toBe(maskings.length);
      }
    },
  });
});

test("words can be filled with the mean embedding of the text in the prompt", async () => {
  const question = questionOf("Which way?", [demoPicture("banana-pink.png")], { maxNewTokens: 3, minNewTokens: 3 });
  const options = { methods: [], record: "default", maxMemoryBytes: 2 ** 32 } as const;
  const run = await openRecorded(await explain(plain, question, options));
  const { tokens, answer } = run.description;
  const word = tokens.findIndex(({ role }) => role === "question");
  const masking: Masking = { ...nothingMasked, text: [word], textFill: "mean-embedding" };
  await withProbe(plain, run, {
    seed: 0,
    async work(probe) {
      const { embedded } = probe.sequence;
      const width = embedded.dims[1]!;
      const text = tokens.flatMap(({ role }, at) => (role !== "image" && at < answer.start ? [at] : []));
      const data = embedded.data.slice();
      for (let column = 0; column < width; column++) {
        const sum = text.reduce((total, position) => total + embedded.data[position * width + column]!, 0);
        data[word * width + column] = sum / text.length;
      }
      const tap = { site: "logits", rows: [answer.start] };
      const sequence = { ...probe.sequence, embedded: floatTensor(embedded.dims, data) };
      const expected = (await traceLanguage(plain, sequence, { taps: [tap] })).get(tap)!;
      const [found] = await probe.tokenLogits(1, [masking]);
      expect(found).toBeCloseToArray(expected.data, 1e-4);
      expect(found).not.toEqual((await probe.tokenLogits(1, [nothingMasked]))[0]);
    },
  });
});

test("rules of a damaged run are refused in a sentence", async () => {
  const run = await openRecorded(
    await explain(plain, questionOf("Why?", []), { methods: [], record: "default", maxMemoryBytes: 2 ** 32 }),
  );
  await expect(answerAgain(plain, run, { generation: { repetition_penalty: "much" } })).rejects.toThrow(
    'The run: generation.repetition_penalty is "much", expected a positive number.',
  );
});
