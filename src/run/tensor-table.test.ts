import { describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors } from "../../test/support/example-run.ts";
import type { ElementType } from "../tensor/tensor.ts";
import { checkTensorShapes } from "./tensor-table.ts";

interface Shape {
  readonly dims: readonly number[];
  readonly type: ElementType;
}

function shapes(): Map<string, Shape> {
  return new Map([...exampleTensors()].map(([name, { dims, type }]) => [name, { dims, type }]));
}

function check(tensors: ReadonlyMap<string, Shape>): void {
  checkTensorShapes(tensors, { description: exampleDescription(), file: "a" });
}

describe("checkTensorShapes", () => {
  it("accepts the tensors of a run that is right", () => {
    expect(() => check(shapes())).not.toThrow();
  });

  /** A shape of the right number of axes and the right type, with one size wrong. */
  const wrong: readonly [string, readonly number[], string][] = [
    ["input_ids", [19], 'has 19 for "tokens", but the run has 20'],
    ["language.attention.0", [2, 6, 20], 'has 2 for "heads", but the run has 3'],
    ["language.attention.0", [3, 6, 21], 'has 21 for "keys", but the run has 20'],
    ["language.attention.0.queries", [7], 'but the run has 6 in "language.attention.0"'],
    ["vision.attention.mean.0", [1, 7, 7], 'has 2 for "inputs of the vision tower", but the run has 1'],
    ["vision.attention.mean.0", [2, 7, 8], 'has 8 for "vision tokens"'],
    ["vision.attention.1", [2, 3, 7, 7], 'has 3 for "vision heads", but the run has 2'],
    ["vision.attention.1", [2, 2, 8, 8], 'but the run has 7 in "vision.attention.mean.0"'],
    ["logits", [4, 30], 'has 4 for "answer tokens", but the run has 3'],
    ["rollout", [3, 10], 'has 10 for "keys"'],
    ["relevancy.exact.language", [3, 10], 'has 10 for "keys"'],
    ["relevancy.exact.vision", [3, 20], 'has 20 for "image tokens", but the run has 10'],
    ["relevancy.exact.combined", [3, 4], 'has 4 for "image tokens"'],
    ["relevancy.reference.combined2", [2, 10], 'has 2 for "answer tokens"'],
    ["lens.ids", [2, 13, 5], 'has 2 for "layers + 1", but the run has 3'],
    ["lens.logits", [3, 13, 4], 'has 4 for "best tokens"'],
    ["lens.logsumexp", [3, 12], 'has 12 for "lens positions", but the run has 13 in "lens.positions"'],
    ["lens.answer", [3, 13, 4], 'has 4 for "answer tokens"'],
    ["lens.rival", [2, 3], 'has 2 for "layers + 1"'],
    ["causal.1.2.0.marks", [4, 5], 'has 5 for "nodes of causal.1.2.0.marks"'],
  ];
  it.each(wrong)("refuses %s of %j", (name, dims, message) => {
    const tensors = shapes();
    tensors.set(name, { dims, type: tensors.get(name)!.type });
    expect(() => check(tensors)).toThrow(message);
    expect(() => check(tensors)).toThrow(/^a: tensor "/);
  });

  it.each([...exampleTensors().keys()])("refuses %s of another type or rank", (name) => {
    const { dims, type } = shapes().get(name)!;
    expect(() => check(shapes().set(name, { dims, type: type === "f32" ? "i32" : "f32" }))).toThrow(/is needed/);
    expect(() => check(shapes().set(name, { dims: [...dims, 1], type }))).toThrow(/is needed/);
  });

  it.each([
    ["image.2", "names image 2, but the run has 2"],
    ["language.attention.2", "names layer 2, but the run has 2"],
    ["vision.attention.mean.9", "names visionLayer 9, but the run has 2"],
    ["causal.0.3.0.marks", "names head 3, but the run has 3"],
    ["causal.0.0.3.marks", "names answerToken 3, but the run has 3"],
  ])("refuses %s, which the model or the run does not have", (name, message) => {
    expect(() => check(shapes().set(name, { dims: [1], type: "u8" }))).toThrow(message);
  });

  it.each(["input_ids", "image.1", "language.attention.0", "language.attention.1.queries"])(
    "refuses a run without %s",
    (name) => {
      const tensors = shapes();
      tensors.delete(name);
      expect(() => check(tensors)).toThrow(`a: the run has no tensor "${name}"; the file is damaged or incomplete.`);
    },
  );

  it.each(["relevancy.later.language", "language.attention.01", "xinput_ids", "imagex0", "rollout.more", "__proto__"])(
    "leaves %s alone, a name that it does not know",
    (name) => {
      expect(() => check(shapes().set(name, { dims: [99], type: "f32" }))).not.toThrow();
    },
  );
});
