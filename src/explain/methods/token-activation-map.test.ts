/** @file Tests of token activation maps: against logits of the whole sequence, put together word by word. */
import { describe, expect, test } from "vitest";
import { demoPicture, questionOf } from "../../../test/support/demo-question.ts";
import { loadRandomModel } from "../../../test/support/random-checkpoint.ts";
import { traceLanguage } from "../../engine/trace.ts";
import { embedPrompt } from "../../engine/embed.ts";
import { interferenceOf, rankGaussian, withoutInterference } from "../../methods/token-activation-map.ts";
import type { FloatTensor } from "../../tensor/tensor.ts";
import { explain } from "../explain.ts";
import { encodePictures, prepareQuestion } from "../question.ts";

const model = await loadRandomModel({ seed: 3 });
const names = ["arrow-right.png", "banana-pink.png"];
const question = questionOf("Which way does the arrow point?", names.map(demoPicture));
// The second token comes back, so that it is no context of its own.
const ids = [40, 7, 300, 7];
const run = await explain(model, question, {
  methods: ["tam"],
  record: "default",
  maxMemoryBytes: 2 ** 32,
  answer: { ids, stopped: false },
});
const maps = run.tensors.get("tam") as FloatTensor;
const { tokens, answer, images } = run.description;

/** Logits at every position, [sequence, vocabulary], by the engine's own head. */
async function everyLogit(): Promise<FloatTensor> {
  const { pictures, prompt } = await prepareQuestion(model, question);
  const encoded = await encodePictures(model, pictures, { taps: [] });
  const sequence = await embedPrompt(model, [...prompt.ids, ...ids], encoded, prompt.ids.length);
  const tap = { site: "logits", rows: tokens.map((_, position) => position) };
  return (await traceLanguage(model, sequence, { taps: [tap] })).get(tap)!;
}

describe("token activation maps", () => {
  test("are the logits at image tokens without those of question and answer, smoothed in each grid", async () => {
    const logits = await everyLogit();
    const vocabulary = logits.dims[1]!;
    const at = (position: number, id: number) => Math.max(0, logits.data[position * vocabulary + id]!);
    const places = tokens.flatMap(({ role }, position) => (role === "image" ? [position] : []));
    const words = tokens.flatMap(({ role, id }, position) => (role === "question" ? [{ id, position }] : []));
    expect(maps.dims).toEqual([ids.length, places.length]);
    for (const [token, id] of ids.entries()) {
      const before = ids.slice(0, token).map((earlier, j) => ({ id: earlier, position: answer.start + j - 1 }));
      const context = [...words, ...before]
        .filter((word) => word.id !== id)
        .map((word) => ({
          activation: places.map((place) => at(place, word.id)),
          relevance: at(word.position, id),
        }));
      const own = places.map((place) => at(place, id));
      const rest = withoutInterference(own, interferenceOf(context, places.length));
      let first = 0;
      const expected = images.flatMap(({ grids }) => {
        const [grid] = grids;
        const size = grid!.rows * grid!.cols;
        first += size;
        return [...rankGaussian(rest.slice(first - size, first), grid!)];
      });
      expect(maps.data.subarray(token * places.length, (token + 1) * places.length)).toBeCloseToArray(expected, 1e-4);
    }
    expect(maps.data.some((value) => value > 0.01)).toBe(true);
  });
});
