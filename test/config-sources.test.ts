/**
 * @file Which of two places of config.json decides, by the answers. Ids are those of transformers 5.24.0 with torch 2.13.0
 * (`LlavaForConditionalGeneration`, eager attention, f32) for the fixture llava-clip-llama-f32 with the same change.
 */
import { expect, test } from "vitest";
import { answerOf, changedCheckpoint, type Json } from "./support/changed-checkpoint.ts";

function withRope(fields: Json): (config: Json) => void {
  return (config) => {
    const text = config.text_config as Json;
    Object.assign(text, { rope_parameters: null, ...fields });
  };
}

const linear = { rope_type: "linear", factor: 4 };

test.each<[string, Json, number[], number]>([
  ["the base beside the parameters", { rope_theta: 500 }, [195, 467, 314, 129], 0],
  [
    "rope_scaling before rope_parameters",
    { rope_scaling: linear, rope_parameters: { rope_theta: 500, rope_type: "default" } },
    [228, 352, 391, 191],
    1,
  ],
  [
    "the base of the section before that of the spelling that is not used",
    { rope_theta: 500, rope_scaling: linear, rope_parameters: { rope_theta: 7, rope_type: "default" } },
    [256, 345, 104, 148],
    1,
  ],
])("the rotary embedding takes %s", async (_, fields, ids, warnings) => {
  const answer = await answerOf(await changedCheckpoint({ json: { "config.json": withRope(fields) } }));
  expect(answer.ids).toEqual(ids);
  expect(answer.warnings).toHaveLength(warnings);
});

test("values beside the section change no answer and are named", async () => {
  const change = (config: Json) => Object.assign(config, { rms_norm_eps: 0.5, rope_theta: 500 });
  const answer = await answerOf(await changedCheckpoint({ json: { "config.json": change } }));
  expect(answer.ids).toEqual([363, 314, 104, 308]);
  expect(answer.warnings).toEqual([
    expect.stringContaining("rms_norm_eps is 0.5 beside text_config, where it is 0.00001"),
    expect.stringContaining("rope_theta is 500 beside text_config, where it is 10000"),
  ]);
});

test.each<[string, Json, number[]]>([
  ["the last feature layer, before the tower's last norm", { vision_feature_layer: -1 }, [195, 418, 343, 254]],
  ["a list of one feature layer", { vision_feature_layer: [-2] }, [363, 314, 104, 308]],
  ["the norm of the tower", { vision_config: { layer_norm_eps: 0.5 } }, [363, 254, 239, 431]],
])("%s is read as transformers reads it", async (_, { vision_config: tower, ...fields }, ids) => {
  const change = (config: Json) =>
    Object.assign(config, fields, { vision_config: { ...(config.vision_config as Json), ...(tower as Json) } });
  expect(await answerOf(await changedCheckpoint({ json: { "config.json": change } }))).toEqual({ ids, warnings: [] });
});
