/** @file Tests of what names of outputs look like. */
import { expect, it } from "vitest";
import { kindOfName } from "./endings.ts";

it.each([
  ["x.png", "a picture"],
  ["out/X.JPEG", "a picture"],
  ["a.run.safetensors", "a run file"],
  ["A.RUN.SAFETENSORS", "a run file"],
  ["model.safetensors", "a safetensors file"],
  ["config.json", "a JSON document"],
  ["pytorch_model.bin", "weights"],
  ["x", undefined],
  ["x.run", undefined],
  ["results.v2", undefined],
  ["x.constructor", undefined],
  ["x.png/y", undefined],
])("%s looks like %s", (name, kind) => {
  expect(kindOfName(name)).toBe(kind);
});
