/** @file Tests of explaining: runs of the demo model open again, repeat, agree with themselves, and can be cancelled. */
import { describe, expect, test } from "vitest";
import { demoPicture, loadDemoModel, questionOf } from "../../test/support/demo-question.ts";
import { entry } from "../../test/support/parity-case.ts";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import { MemoryLimitError } from "../engine/memory.ts";
import type { Progress, Stage } from "../engine/progress.ts";
import { rolloutRows } from "../methods/rollout.ts";
import { bytesSource } from "../safetensors/read.ts";
import { openRun } from "../run/open.ts";
import type { Run } from "../run/types.ts";
import { encodeRun } from "../run/write.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { explain, type RecordedRun } from "./explain.ts";
import { traceMethods } from "../run/maps.ts";
import type { Recording } from "./recording.ts";

const model = await loadDemoModel();
const tiny = await loadRandomModel();
const arrow = questionOf("Which way does the arrow point?", [demoPicture("arrow-right.png")]);
const options = { methods: traceMethods, record: "default", maxMemoryBytes: 2 ** 32 } as const;

function bytesOf({ description, tensors }: RecordedRun): Buffer {
  const { header, chunks } = encodeRun({ ...description, timings: {}, created: new Date(0).toISOString() }, tensors);
  return Buffer.concat([header, ...chunks]);
}

async function opened(run: RecordedRun): Promise<Run> {
  return openRun(bytesSource(new Uint8Array(bytesOf(run))), { file: "test" });
}

const plain = await explain(model, arrow, options);
const full = await explain(model, arrow, { ...options, record: "full" });

function floats(run: RecordedRun, name: string): FloatTensor {
  const tensor = run.tensors.get(name);
  if (tensor?.type !== "f32") throw new Error(`the run has no f32 tensor ${name}`);
  return tensor;
}

describe("explain", () => {
  test("answers right, and the run opens again with everything in it", async () => {
    const run = await opened(plain);
    expect(run.description.answerText).toBe("The arrow points right.");
    expect(run.description).toMatchObject({ stopped: true, record: "default", images: [{ name: "arrow-right.png" }] });
    expect(Object.keys(run.description.methods)).toEqual([...traceMethods]);
    expect([...run.tensors.keys()].sort()).toEqual(
      [
        "image.0",
        "input_ids",
        ...[0, 1, 2, 3, 4, 5].flatMap((layer) => [
          `language.attention.${layer}`,
          `language.attention.${layer}.queries`,
        ]),
        ...["answer", "ids", "logits", "logsumexp", "positions", "rival"].map((part) => `lens.${part}`),
        "language.norms",
        "rollout",
      ].sort(),
    );
  });

  test("gives the same bytes again, but for timings and the time", async () => {
    const again = await explain(model, arrow, options);
    expect(bytesOf(again).equals(bytesOf(plain))).toBe(true);
    expect(Object.keys(again.description.timings)).toEqual(["prepare", "vision", "generate", "trace", "lens"]);
    expect(Object.values(again.description.timings).every((time) => time >= 0)).toBe(true);
  });

  test("gives each token its role", () => {
    const { tokens, answer } = plain.description;
    const roles = tokens.map(({ role }) => role);
    expect(roles[0]).toBe("bos");
    expect(roles.filter((role) => role === "image")).toHaveLength(196);
    const text = (role: string) =>
      tokens
        .filter((token) => token.role === role)
        .map((token) => token.text)
        .join("");
    expect(text("question").trim()).toBe("Which way does the arrow point?");
    expect(text("answer").trim()).toBe("The arrow points right.");
    expect(roles.slice(answer.start)).toEqual([
      ...new Array<string>(answer.end - answer.start - 1).fill("answer"),
      "special",
    ]);
    expect(tokens.at(-1)!.id).toBe(model.checkpoint.stopTokenIds[0]);
  });

  test("a full recording holds more, and the default rows are rows of it", () => {
    const names = new Set(full.tensors.keys());
    expect([...plain.tensors.keys()].every((name) => names.has(name))).toBe(true);
    expect([...names].filter((name) => !plain.tensors.has(name)).sort()).toEqual(
      [
        "logits",
        ...[0, 1, 2, 3, 4, 5].flatMap((layer) => [`vision.attention.${layer}`, `vision.attention.mean.${layer}`]),
      ].sort(),
    );
    const { tokens, answer } = plain.description;
    const asked = tokens.flatMap(({ role }, i) => (role === "question" ? [i] : []));
    const wanted = new Set([
      ...asked,
      ...Array.from({ length: answer.end - answer.start }, (_, i) => answer.start - 1 + i),
    ]);
    for (let layer = 0; layer < 6; layer++) {
      const queries = [...plain.tensors.get(`language.attention.${layer}.queries`)!.data];
      expect(queries).toEqual(layer === 5 ? tokens.map((_, i) => i) : [...wanted].sort((a, b) => a - b));
      const [some, all] = [plain, full].map((run) => floats(run, `language.attention.${layer}`)) as [
        FloatTensor,
        FloatTensor,
      ];
      const n = tokens.length;
      expect(all.dims).toEqual([6, n, n]);
      const rows = [0, 1, 2, 3, 4, 5].flatMap((head) =>
        queries.flatMap((query) => [...all.data.subarray((head * n + query) * n, (head * n + query + 1) * n)]),
      );
      expect(some.data).toBeCloseToArray(rows, 0);
    }
  });

  test("the mean of vision attention is the mean of its heads", () => {
    for (const layer of [0, 5]) {
      const heads = entry(floats(full, `vision.attention.${layer}`), 0);
      const size = 197 * 197;
      const mean = Array.from({ length: size }, (_, i) => {
        let sum = 0;
        for (let head = 0; head < 6; head++) sum += heads.data[head * size + i]!;
        return sum / 6;
      });
      expect(floats(full, `vision.attention.mean.${layer}`).data).toBeCloseToArray(mean, 1e-7);
    }
  });

  test("rollout is that of the full attention", () => {
    const { tokens, answer } = full.description;
    const n = tokens.length;
    const headMeans = [0, 1, 2, 3, 4, 5].map((layer) => {
      const { data } = floats(full, `language.attention.${layer}`);
      const mean = floatTensor([n, n]);
      for (let i = 0; i < n * n; i++) {
        let sum = 0;
        for (let head = 0; head < 6; head++) sum += data[head * n * n + i]!;
        mean.data[i] = sum / 6;
      }
      return mean;
    });
    const positions = Array.from({ length: answer.end - answer.start }, (_, i) => answer.start - 1 + i);
    expect(floats(full, "rollout").data).toBeCloseToArray(rolloutRows({ headMeans, positions }).data, 1e-6);
  });

  test("the lens of the last layer says what the logits say", () => {
    const { answerTokens, answer, tokens } = full.description;
    const answers = answer.end - answer.start;
    const logits = floats(full, "logits");
    const lensAnswer = floats(full, "lens.answer");
    const [layers, positions] = lensAnswer.dims as [number, number, number];
    expect([...full.tensors.get("lens.positions")!.data].slice(-answers)).toEqual(
      Array.from({ length: answers }, (_, t) => answer.start - 1 + t),
    );
    const last = entry(lensAnswer, layers - 1);
    const rival = entry(floats(full, "lens.rival"), layers - 1);
    const totals = entry(floats(full, "lens.logsumexp"), layers - 1);
    for (let t = 0; t < answers; t++) {
      const row = [...entry(logits, t).data];
      const { id } = tokens[answer.start + t]!;
      const position = positions - answers + t;
      expect(last.data[position * answers + t]).toBeCloseTo(row[id]!, 3);
      expect(answerTokens[t]!.logit).toBe(row[id]);
      expect(rival.data[t]).toBeCloseTo(Math.max(...row.filter((_, other) => other !== id)), 3);
      const probability = Math.exp(last.data[position * answers + t]! - totals.data[position]!);
      expect(probability).toBeCloseTo(answerTokens[t]!.probability, 4);
      expect(answerTokens[t]!.alternatives[0]!.id).toBe(id);
    }
  });

  test("records only what the methods need", async () => {
    const run = await opened(await explain(tiny, arrow, { ...options, methods: ["lens"] }));
    expect([...run.tensors.keys()].filter((name) => !name.startsWith("lens.")).sort()).toEqual([
      "image.0",
      "input_ids",
    ]);
    const none = await opened(await explain(tiny, arrow, { ...options, methods: [] }));
    expect([...none.tensors.keys()].sort()).toEqual(["image.0", "input_ids"]);
    expect(none.description.answerTokens).toHaveLength(12);
  });
});

describe("explain takes", () => {
  test("two pictures in one question", async () => {
    const pictures = ["arrow-right.png", "banana-pink.png"].map(demoPicture);
    const [both, alone] = [
      await explain(tiny, questionOf("Are they alike?", pictures), { ...options, record: "full" }),
      await explain(tiny, questionOf("Is it a fruit?", pictures.slice(1)), { ...options, record: "full" }),
    ];
    const { tokens, images } = (await opened(both)).description;
    expect(images.map(({ name }) => name)).toEqual(["arrow-right.png", "banana-pink.png"]);
    expect([0, 1].map((k) => tokens.filter(({ image }) => image === k).length)).toEqual([16, 16]);
    const maps = floats(both, "vision.attention.mean.2");
    expect(entry(maps, 1).data).toEqual(entry(floats(alone, "vision.attention.mean.2"), 0).data);
    expect(entry(maps, 0).data).not.toEqual(entry(maps, 1).data);
  });

  test("a question without a picture, answered from the text alone", async () => {
    for (const record of ["default", "full"] as const) {
      const question = questionOf("Is the door open?", [], { maxNewTokens: 4 });
      const recorded = await explain(tiny, question, { ...options, record });
      const run = await opened(recorded);
      expect(run.description.images).toEqual([]);
      expect(run.description.answerTokens.length).toBeGreaterThan(0);
      const names = [...run.tensors.keys()];
      expect(names.filter((name) => /^(image|vision)/.test(name))).toEqual([]);
      expect(names).toContain("rollout");
      expect(run.tensors.get("lens.answer")!.dims[1]).toBe(run.description.answerTokens.length);
    }
  });

  test("an answer that holds the image token", async () => {
    const random = await loadRandomModel({
      adjust: (name, values) => {
        // Only the image token has a logit, so that it is drawn wherever that is above 0.
        if (name === "language_model.lm_head.weight") values.fill(0).fill(8, 489 * 24, 490 * 24);
      },
    });
    const picture = demoPicture("arrow-up.png");
    const recorded = await explain(
      random,
      questionOf("Why?", [picture], { maxNewTokens: 20, temperature: 2, seed: 3 }),
      options,
    );
    const { tokens, answer } = (await opened(recorded)).description;
    const ids = tokens.slice(answer.start).map(({ id }) => id);
    expect(ids).toContain(489);
    expect(tokens.slice(answer.start).every(({ role }) => role === "answer" || role === "special")).toBe(true);
  });

  test("a model whose vocabulary is larger than its tokenizer's", async () => {
    const random = await loadRandomModel({ text: { vocab_size: 600 } });
    const { vocabularySize } = random.checkpoint.tokenizer;
    const question = questionOf("Why?", [demoPicture("arrow-up.png")], { maxNewTokens: 20, temperature: 5, seed: 1 });
    const { description } = await opened(await explain(random, question, options));
    expect(description.tokens.some(({ id }) => id >= vocabularySize)).toBe(true);
  });

  test("an answer of no token", async () => {
    const { description } = await opened(
      await explain(tiny, { ...arrow, sampling: { ...arrow.sampling, maxNewTokens: 0 } }, options),
    );
    expect(description.answerTokens).toEqual([]);
  });
});

describe("explain stops", async () => {
  const before = await explain(tiny, arrow, options);
  const stages: readonly Stage[] = ["vision", "prefill", "decode", "trace", "lens"];

  test("in any stage with the signal's reason, and the model works afterwards", async () => {
    for (const stage of stages) {
      const stop = new AbortController();
      const after: Progress[] = [];
      const stopped = explain(tiny, arrow, {
        ...options,
        signal: stop.signal,
        onProgress(progress) {
          if (stop.signal.aborted) after.push(progress);
          else if (progress.stage === stage) stop.abort(new Error(`enough of ${stage}`));
        },
      });
      await expect(stopped).rejects.toThrow(`enough of ${stage}`);
      // At most the step that was under way ends.
      expect(after.length).toBeLessThanOrEqual(1);
    }
    expect((await explain(tiny, arrow, options)).description.tokens).toEqual(before.description.tokens);
  });

  test("before any work where the signal is aborted already", async () => {
    const signal = AbortSignal.abort(new Error("before"));
    for (const question of [arrow, questionOf("Is the door open?", [])]) {
      await expect(explain(tiny, question, { ...options, signal })).rejects.toThrow("before");
    }
  });

  test("before the vision tower runs where memory would not suffice", async () => {
    const stages: Stage[] = [];
    const refused = explain(model, arrow, {
      ...options,
      maxMemoryBytes: 1_000_000,
      onProgress: ({ stage }) => stages.push(stage),
    });
    await expect(refused).rejects.toThrow(MemoryLimitError);
    expect(stages).toEqual([]);
  });
});

test("the forecast that a run is checked against is close to what it records", async () => {
  for (const record of ["default", "full"] as const) {
    const length = plain.description.answerTokens.length;
    const question = { ...arrow, sampling: { ...arrow.sampling, maxNewTokens: length } };
    const recorded = await forecastOf(question, { methods: traceMethods, record });
    const run = record === "full" ? full : plain;
    // Beside the tensors of the run, the engine holds the hidden states that the lens reads and the mean attention of rollout.
    const { tokens } = run.description;
    const lensRows = 196 + length;
    const held = 4 * (7 * lensRows * 192 + 6 * tokens.length ** 2) + (record === "full" ? 0 : 4 * length * 622);
    let bytes = held;
    for (const [name, { data }] of run.tensors) if (!/^(image|input_ids|rollout)/.test(name)) bytes += data.byteLength;
    expect(recorded / bytes).toBeGreaterThan(0.98);
    expect(recorded / bytes).toBeLessThan(1.05);
  }
});

async function forecastOf(question: typeof arrow, recording: Recording): Promise<number> {
  const refused = explain(model, question, { ...recording, maxMemoryBytes: 1 });
  const error = await refused.catch((reason: unknown) => reason);
  if (!(error instanceof MemoryLimitError)) throw new Error("the question was not refused");
  return error.forecast.recorded;
}

describe("room on the disk", () => {
  test.each([
    ["default", plain],
    ["full", full],
  ] as const)("is asked for with more than the run takes (%s)", async (record, run) => {
    const asked: number[] = [];
    const answer = {
      ids: run.description.tokens.slice(run.description.answer.start).map(({ id }) => id),
      stopped: true,
    };
    await explain(model, arrow, {
      ...options,
      record,
      answer,
      requireRoom: async (bytes) => {
        asked.push(bytes);
        return Promise.resolve();
      },
    });
    const tensorBytes = [...run.tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toBeGreaterThanOrEqual(tensorBytes);
  });

  test("is missing before anything is answered", async () => {
    const stages: Stage[] = [];
    const work = explain(model, arrow, {
      ...options,
      onProgress: ({ stage }) => stages.push(stage),
      requireRoom: () => Promise.reject(new Error("The disk is full.")),
    });
    await expect(work).rejects.toThrow("The disk is full.");
    expect(stages).toEqual([]);
  });
});
