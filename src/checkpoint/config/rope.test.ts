/** @file Tests of reading rotary position embeddings in both spellings. */
import { beforeEach, describe, expect, it } from "vitest";
import { readRope } from "./rope.ts";

const warnings: string[] = [];
const place = {
  file: "config.json",
  section: "text_config",
  warn: (sentence: string) => void warnings.push(sentence),
};
const read = (section: unknown) => readRope(section, place, { maxPositions: 4096, theta: 10000, headWidth: 8 }).rope;
beforeEach(() => void warnings.splice(0));

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

  // Source: `_compute_dynamic_ntk_parameters` of transformers 5.24, which changes only what is longer than max_position_embeddings.
  it("reads dynamic scaling as none, as longer sequences are refused", () => {
    expect(read({ rope_theta: 1e6, rope_scaling: { type: "dynamic", factor: 2 } })).toEqual({
      type: "default",
      theta: 1e6,
    });
    expect(warnings).toEqual([]);
  });

  // Source: `_compute_longrope_parameters` of transformers 5.24: sqrt(1 + ln(131072 / 4096) / ln(4096)).
  it("reads LongRoPE by its older name, for the pairs that turn", () => {
    const rope_scaling = { type: "su", short_factor: [1, 1.5], long_factor: [2, 30] };
    const facts = { maxPositions: 131072, theta: 10000, headWidth: 8, rotaryShare: 1, originalMaxPositions: 4096 };
    expect(readRope({ rope_scaling, partial_rotary_factor: 0.5 }, place, facts)).toEqual({
      rope: {
        type: "longrope",
        theta: 10000,
        shortFactors: [1, 1.5],
        longFactors: [2, 30],
        originalMaxPositions: 4096,
        attentionFactor: expect.closeTo(1.1902380714238083, 12) as number,
      },
      rotaryWidth: 4,
    });
    expect(() => readRope({ rope_scaling }, place, facts)).toThrow(
      "text_config.rope_scaling.short_factor has 2 numbers, but it must have one for each of the 4 pairs of a head that turn",
    );
  });

  it("takes the model's positions where llama3 scaling gives no original ones", () => {
    const parameters = { rope_type: "llama3", ...llama3, original_max_position_embeddings: undefined };
    expect(read({ rope_parameters: parameters })).toMatchObject({ originalMaxPositions: 4096 });
  });

  // Source: PreTrainedConfig.convert_rope_params_to_dict and standardize_rope_params, run in transformers 5.24.0.
  it("prefers rope_type over type, and the base inside the parameters, and names both", () => {
    const both = { rope_type: "default", type: "linear", rope_theta: 7 };
    expect(read({ rope_theta: 9, rope_parameters: both })).toEqual({ type: "default", theta: 7 });
    expect(warnings).toEqual([
      'config.json: text_config.rope_parameters.rope_type is "default" and text_config.rope_parameters.type is "linear"; text_config.rope_parameters.rope_type is used.',
      "config.json: text_config.rope_parameters.rope_theta is 7 and text_config.rope_theta is 9; text_config.rope_parameters.rope_theta is used.",
    ]);
  });

  it("prefers rope_scaling over rope_parameters, without the base of the other", () => {
    const rope_scaling = { type: "linear", factor: 2 };
    const rope_parameters = { rope_type: "default", rope_theta: 500000 };
    expect(read({ rope_scaling, rope_parameters })).toEqual({ type: "linear", theta: 10000, factor: 2 });
    expect(read({ rope_theta: 7, rope_scaling, rope_parameters })).toEqual({ type: "linear", theta: 7, factor: 2 });
    expect(warnings[0]).toBe(
      'config.json: text_config.rope_scaling is {"type":"linear","factor":2} and text_config.rope_parameters is {"rope_type":"default","rope_theta":500000}; text_config.rope_scaling is used.',
    );
  });

  it("takes empty parameters for none, and says nothing where both spellings mean the same", () => {
    const rope_parameters = { rope_type: "linear", factor: 3, rope_theta: 5 };
    expect(read({ rope_scaling: {}, rope_parameters })).toEqual({ type: "linear", theta: 5, factor: 3 });
    read({ rope_theta: 5, rope_scaling: { type: "linear", factor: 3 }, rope_parameters });
    expect(warnings).toEqual([]);
  });

  it("names parameters that the type does not use", () => {
    expect(read({ rope_parameters: { rope_type: "default", factor: 8 } })).toEqual({ type: "default", theta: 10000 });
    expect(warnings).toEqual([
      'config.json: text_config.rope_parameters has "factor", which the rope type default does not use.',
    ]);
  });

  it.each([
    [
      "yarn",
      { rope_scaling: { type: "yarn", factor: 4 } },
      'text_config.rope_scaling.type is "yarn"; supported are default, dynamic, linear, llama3, longrope',
    ],
    ["a type named like an object's method", { rope_scaling: { type: "constructor" } }, 'type is "constructor"'],
    [
      "linear scaling without a factor",
      { rope_scaling: { type: "linear" } },
      "text_config.rope_scaling.factor is nothing, expected a positive number",
    ],
    ["a factor of zero", { rope_scaling: { type: "linear", factor: 0 } }, "factor is 0"],
    [
      "llama3 factors in reverse",
      { rope_scaling: { type: "llama3", ...llama3, high_freq_factor: 1 } },
      "high_freq_factor is 1, but it must be larger than low_freq_factor, 1",
    ],
    [
      "parameters for each type of layer",
      { rope_parameters: { full_attention: { rope_type: "linear", factor: 2 } } },
      "parameters for each type of layer are not supported",
    ],
    ["partial rotation", { partial_rotary_factor: 0.5 }, "text_config.partial_rotary_factor is 0.5"],
    ["a base that is a text", { rope_theta: "1e6" }, 'text_config.rope_theta is "1e6"'],
    ["scaling that is a list", { rope_scaling: [] }, "text_config.rope_scaling is [], expected an object"],
  ])("refuses %s", (_, section, message) => {
    expect(() => read(section)).toThrow(message);
  });
});
