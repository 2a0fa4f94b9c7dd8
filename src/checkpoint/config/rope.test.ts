/** @file Tests of reading rotary position embeddings in both spellings. */
import { describe, expect, it } from "vitest";
import { readRope } from "./rope.ts";

const place = { file: "config.json", section: "text_config" };
const read = (section: unknown) => readRope(section, place, 4096);

const llama3 = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 };

describe("readRope", () => {
  it("is the plain embedding of base 10000 where nothing is given", () => {
    expect(read({})).toEqual({ type: "default", theta: 10000 });
  });

  it("reads the same from both spellings", () => {
    const older = read({ rope_theta: 500000, rope_scaling: { type: "linear", factor: 2.5 } });
    const newer = read({ rope_parameters: { rope_theta: 500000, rope_type: "linear", factor: 2.5 } });
    expect(older).toEqual({ type: "linear", theta: 500000, factor: 2.5 });
    expect(newer).toEqual(older);
  });

  it("reads llama3 scaling", () => {
    expect(read({ rope_theta: 5e5, rope_scaling: { rope_type: "llama3", ...llama3 } })).toEqual({
      type: "llama3",
      theta: 5e5,
      factor: 8,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalMaxPositions: 8192,
    });
  });

  it("takes the model's positions where llama3 scaling gives no original ones", () => {
    const parameters = { rope_type: "llama3", ...llama3, original_max_position_embeddings: undefined };
    expect(read({ rope_parameters: parameters })).toMatchObject({ originalMaxPositions: 4096 });
  });

  it("prefers rope_type over type, and the base inside rope_parameters", () => {
    const both = { rope_type: "default", type: "linear", rope_theta: 7 };
    expect(read({ rope_theta: 9, rope_parameters: both })).toEqual({ type: "default", theta: 7 });
  });

  it.each([
    [
      "yarn",
      { rope_scaling: { type: "yarn", factor: 4 } },
      'text_config.rope_scaling.type is "yarn"; supported are default, linear, llama3',
    ],
    ["dynamic", { rope_parameters: { rope_type: "dynamic" } }, 'text_config.rope_parameters.rope_type is "dynamic"'],
    ["a type named like an object's method", { rope_scaling: { type: "constructor" } }, 'type is "constructor"'],
    [
      "linear scaling without a factor",
      { rope_scaling: { type: "linear" } },
      "text_config.rope_scaling.factor is undefined, expected a positive number",
    ],
    ["a factor of zero", { rope_scaling: { type: "linear", factor: 0 } }, "factor is 0"],
    [
      "llama3 factors in reverse",
      { rope_scaling: { type: "llama3", ...llama3, high_freq_factor: 1 } },
      "high_freq_factor is 1, but it must be larger than low_freq_factor, 1",
    ],
    ["partial rotation", { partial_rotary_factor: 0.5 }, "text_config.partial_rotary_factor is 0.5"],
    ["a base that is a text", { rope_theta: "1e6" }, 'text_config.rope_theta is "1e6"'],
    ["scaling that is a list", { rope_scaling: [] }, "text_config.rope_scaling is [], expected an object"],
  ])("refuses %s", (_, section, message) => {
    expect(() => read(section)).toThrow(message);
  });
});
