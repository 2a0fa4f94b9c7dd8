/** @file Tests of asking: the answer, its text as it grows, refusals and cancelling. */
import { describe, expect, test } from "vitest";
import { demoPicture, loadDemoModel, questionOf } from "../../test/support/demo-question.ts";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import { MemoryLimitError } from "../engine/memory.ts";
import type { Progress } from "../engine/progress.ts";
import { ask } from "./ask.ts";
import { explain } from "./explain.ts";

const limit = { maxMemoryBytes: 2 ** 32 };
const tiny = await loadRandomModel();
const picture = demoPicture("banana-pink.png");

describe("ask", () => {
  test("answers as the demo model was taught, and says how long it took", async () => {
    const model = await loadDemoModel();
    const question = questionOf("Which way does the arrow point?", [demoPicture("arrow-right.png")]);
    const answer = await ask(model, question, limit);
    expect(answer).toMatchObject({ text: "The arrow points right.", stopped: true });
    expect(answer.tokens.at(-1)).toMatchObject({ id: 2, text: "</s>" });
    expect(answer.promptTokens).toBeGreaterThan(196);
    expect(Object.keys(answer.timings)).toEqual(["prepare", "vision", "generate"]);
  });

  test("says the model's own probability of each token and the five best, whatever was chosen", async () => {
    const checkpoint = { ...tiny.checkpoint, rules: { repetition_penalty: 3, suppress_tokens: [5] } };
    const model = { ...tiny, checkpoint };
    const question = questionOf("Why?", [picture], { temperature: 2, seed: 3, maxNewTokens: 8 });
    const { tokens } = await ask(model, question, limit);
    const { description } = await explain(model, question, { ...limit, methods: [], record: "default" });
    expect(tokens.map(({ id }) => id)).toEqual(description.tokens.slice(description.answer.start).map(({ id }) => id));
    for (const [index, { id, probability, alternatives }] of tokens.entries()) {
      const traced = description.answerTokens[index]!;
      expect(probability).toBeCloseTo(traced.probability, 5);
      expect(alternatives).toHaveLength(5);
      expect(alternatives.map((other) => other.id)).toEqual(traced.alternatives.map((other) => other.id));
      const same = alternatives.find((other) => other.id === id);
      if (same !== undefined) expect(same.probability).toBe(probability);
      expect(alternatives.map((other) => other.text)).toEqual(
        alternatives.map((other) => checkpoint.tokenizer.tokenOf(other.id)),
      );
    }
    expect(description.generation).toEqual(checkpoint.rules);
  });

  test("takes the checkpoint's sampling where it is asked for, and says its values in the run", async () => {
    const sampling = { temperature: 3, topK: 0, topP: 1, minP: 0.0001, etaCutoff: 0.001 };
    const model = { ...tiny, checkpoint: { ...tiny.checkpoint, sampling } };
    const asked = (more: object) => questionOf("Why?", [], { maxNewTokens: 8, seed: 4, ...more });
    const idsOf = async (question: ReturnType<typeof questionOf>) =>
      (await ask(model, question, limit)).tokens.map(({ id }) => id);
    const own = await idsOf(asked({ source: "checkpoint" }));
    expect(own).toEqual(await idsOf(asked(sampling)));
    expect(own).not.toEqual(await idsOf(asked({})));
    const { description } = await explain(model, asked({ source: "checkpoint" }), {
      ...{ ...limit, methods: [], record: "default" },
    });
    expect(description.sampling).toEqual({
      ...sampling,
      maxNewTokens: 8,
      minNewTokens: 0,
      seed: 4,
      source: "checkpoint",
    });
    const none = { ...tiny, checkpoint: { ...tiny.checkpoint, sampling: null } };
    await expect(ask(none, asked({ source: "checkpoint" }), limit)).rejects.toThrow("has no sampling that can be used");
  });

  test("hands out pieces of text that join to the answer, none of them empty", async () => {
    // At a high temperature the answers hold bytes of split characters, also at the end.
    let split = 0;
    for (let seed = 0; seed < 8; seed++) {
      const pieces: string[] = [];
      const question = questionOf("Why?", [], { temperature: 5, seed, maxNewTokens: 10 });
      const { text, tokens } = await ask(tiny, question, { ...limit, onToken: (piece) => pieces.push(piece) });
      expect(pieces.join("").trim()).toBe(text);
      expect(pieces).not.toContain("");
      if (tokens.some(({ text: spelling }) => /^<0x[8-F]/.test(spelling))) split += 1;
    }
    expect(split).toBeGreaterThan(0);
  });

  test("an id that only the model's vocabulary has stands for no text", async () => {
    const padded = await loadRandomModel({ text: { vocab_size: 2000 } });
    const { tokens } = await ask(padded, questionOf("Why?", [], { temperature: 5, seed: 1 }), limit);
    expect(tokens.find(({ id }) => id >= 491)).toMatchObject({ text: "" });
  });

  test("samples by seed", async () => {
    const sampled = async (seed: number) =>
      (await ask(tiny, questionOf("Why?", [picture], { temperature: 1, seed }), limit)).tokens;
    expect(await sampled(1)).toEqual(await sampled(1));
    expect(await sampled(1)).not.toEqual(await sampled(2));
  });

  test("reports progress over all pictures, which only grows", async () => {
    const reports: Progress[] = [];
    await ask(tiny, questionOf("Why?", [picture, picture, picture]), {
      ...limit,
      onProgress: (progress) => reports.push(progress),
    });
    const vision = reports.filter(({ stage }) => stage === "vision");
    expect(vision.map(({ done }) => done)).toEqual(Array.from({ length: vision[0]!.total }, (_, i) => i + 1));
    expect(new Set(reports.map(({ stage }) => stage))).toEqual(new Set(["vision", "prefill", "decode"]));
  });

  test("stops between tokens with the signal's reason", async () => {
    const stop = new AbortController();
    const stopped = ask(tiny, questionOf("Why?", [picture]), {
      ...limit,
      signal: stop.signal,
      onToken: () => stop.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
  });

  test("refuses before any work where memory would not suffice, or an answer would be too long", async () => {
    const reports: Progress[] = [];
    const options = { maxMemoryBytes: 1000, onProgress: (progress: Progress) => reports.push(progress) };
    await expect(ask(tiny, questionOf("Why?", [picture]), options)).rejects.toThrow(MemoryLimitError);
    const long = questionOf("Why?", [picture], { maxNewTokens: 250 });
    await expect(ask(tiny, long, { ...options, ...limit })).rejects.toThrow(/exceed the model's 256 positions/);
    expect(reports).toEqual([]);
  });
});
