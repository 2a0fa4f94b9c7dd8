import { describe, expect, it } from "vitest";
import { demoPicture, questionOf } from "../../../test/support/demo-question.ts";
import { loadRandomModel } from "../../../test/support/random-checkpoint.ts";
import type { HostedModel } from "../host.ts";
import { explain } from "../explain.ts";
import type { GradientChoice } from "../recording.ts";

const question = questionOf("Which way?", [demoPicture("arrow-right.png")], { maxNewTokens: 3, minNewTokens: 3 });

async function lrpOf(model: HostedModel, target: GradientChoice["target"]) {
  const gradients = { variants: [], target, tokens: "all" } as const;
  const options = { methods: ["lrp"], record: "full", gradients, maxMemoryBytes: 2 ** 32 } as const;
  const { tensors, description } = await explain(model, question, options);
  const [language, vision, logits] = ["lrp.language", "lrp.vision", "logits"].map((name) => tensors.get(name)!);
  const rows = (tensor: typeof language) =>
    description.answerTokens.map((_, token) => {
      const n = tensor!.dims[1]!;
      return Float32Array.from(tensor!.data.subarray(token * n, (token + 1) * n));
    });
  return { language: rows(language), vision: rows(vision), logits: rows(logits), description };
}

const sum = (row: Float32Array) => row.reduce((total, value) => total + value, 0);

/** Without what attention adds: its softmax absorbs relevance, and everything else in a Llama without biases keeps it. */
const withoutAttention = (name: string, values: Float32Array) => {
  if (name.includes("o_proj")) values.fill(0);
};

describe("lrpTensors", () => {
  it("sum to the raw logit where no attention absorbs relevance, all of it at the position that predicts the token", async () => {
    const model = await loadRandomModel({ seed: 3, adjust: withoutAttention });
    const { language, description } = await lrpOf(model, { kind: "logit" });
    for (const [token, row] of language.entries()) {
      const { logit } = description.answerTokens[token]!;
      expect(sum(row)).toBeCloseTo(logit, 4);
      expect(row[description.answer.start + token - 1]).toBeCloseTo(logit, 4);
    }
  });

  it("of a contrast sum to the difference of the logits there", async () => {
    const model = await loadRandomModel({ seed: 3, adjust: withoutAttention });
    const rival = model.checkpoint.tokenizer.tokenOf(100);
    const { language, logits, description } = await lrpOf(model, { kind: "contrast", rival });
    for (const [token, row] of language.entries()) {
      expect(sum(row)).toBeCloseTo(description.answerTokens[token]!.logit - logits[token]![100]!, 4);
    }
  });

  it("have both signs, and are zero for a token against itself", async () => {
    const model = await loadRandomModel({ seed: 4 });
    const plain = await lrpOf(model, { kind: "logit" });
    const own = plain.description.tokens[plain.description.answer.start]!.id;
    const rival = model.checkpoint.tokenizer.tokenOf(own);
    const contrast = await lrpOf(model, { kind: "contrast", rival });
    for (const part of ["language", "vision"] as const) {
      expect(contrast[part][0]!.every((value) => value === 0)).toBe(true);
      expect(plain[part][0]!.some((value) => value < 0)).toBe(true);
      expect(plain[part][0]!.some((value) => value > 0)).toBe(true);
    }
  });
});
