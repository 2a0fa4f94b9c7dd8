import { describe, expect, it } from "vitest";
import { gradientChoiceOf } from "./gradient-options.ts";
import { commands } from "./command-table.ts";
import { parseArguments } from "./parse.ts";
import { UsageError } from "./usage-error.ts";

function choice(...args: string[]) {
  return gradientChoiceOf(parseArguments(commands.explain, args).values);
}

describe("gradientChoiceOf", () => {
  it("is none where no method by gradient is asked for", () => {
    expect(choice()).toBeUndefined();
    expect(choice("--method", "attention,lens")).toBeUndefined();
  });

  it("is exact relevancy of every token's raw logit where nothing else is said", () => {
    const standard = { variants: ["exact"], target: { kind: "logit" }, tokens: "all" };
    expect(choice("--method", "relevancy")).toEqual(standard);
    expect(choice("--method", "attention,lrp", "--tokens", "all")).toEqual(standard);
  });

  it("reads variants, target and tokens", () => {
    const given = [
      "--method",
      "relevancy",
      "--variant",
      "exact,reference",
      "--tokens",
      "0",
      "right",
      "--tokens",
      "3,4",
    ];
    expect(choice(...given)).toEqual({
      variants: ["exact", "reference"],
      target: { kind: "logit" },
      tokens: ["0", "right", "3", "4"],
    });
    expect(choice("--method", "integrated-gradients", "--ig-steps", "40")?.steps).toBe(40);
    expect(() => choice("--method", "lrp", "--ig-steps", "40")).toThrow(UsageError);
    expect(choice("--method", "lrp", "--target", "contrast:a:b")?.target).toEqual({ kind: "contrast", rival: "a:b" });
    expect(choice("--method", "grad-cam", "--target", "logprob")?.target).toEqual({ kind: "logprob" });
  });

  it.each([
    [
      ["--variant", "exact"],
      "--variant belongs to relevancy, gradient-rollout, grad-cam, lrp, integrated-gradients; add one with --method.",
    ],
    [["--target", "logit", "--tokens", "1"], "--target and --tokens belong to relevancy"],
    [["--method", "lrp", "--variant", "reference"], "--variant belongs to relevancy; add it with --method."],
    [["--method", "lrp", "--target", "loss"], '--target must be logit, logprob or contrast:TOKEN, got "loss".'],
    [["--method", "lrp", "--target", "contrast:"], "--target must be"],
    [["--method", "relevancy", "--variant", "exact,reference", "--target", "logprob"], "raw logits alone"],
    [["--method", "relevancy", "--tokens", "all", "2"], "--tokens all takes every token already"],
    [["--method", "relevancy", "--tokens", "1,,2"], "--tokens is empty"],
  ])("refuses %j", (args, message) => {
    expect(() => choice(...args)).toThrow(UsageError);
    expect(() => choice(...args)).toThrow(message);
  });
});
