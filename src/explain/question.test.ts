/** @file Tests of preparing a question: timings, wrong input, and the text of answers whose characters span tokens. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { demoPicture, questionOf } from "../../test/support/demo-question.ts";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import { embedPrompt } from "../engine/embed.ts";
import { encodePictures, generateAnswer, prepareQuestion, timed } from "./question.ts";

const model = await loadRandomModel();
const picture = demoPicture("arrow-up.png");

describe("timed", () => {
  test("adds the times of a stage, also of one that fails", async () => {
    const timings: Record<string, number> = { stage: 1000 };
    expect(await timed(timings, "stage", () => Promise.resolve(5))).toBe(5);
    await expect(timed(timings, "other", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(timings.stage).toBeGreaterThanOrEqual(1000);
    expect(timings.other).toBeGreaterThanOrEqual(0);
  });
});

describe("prepareQuestion", () => {
  test("gives one image token per cell of each picture's grid", async () => {
    const { pictures, prompt } = await prepareQuestion(model, questionOf("Alike?", [picture, picture]));
    expect(pictures.map(({ plan }) => plan.grids.map(({ rows, cols }) => [rows, cols]))).toEqual([[[4, 4]], [[4, 4]]]);
    expect(pictures[0]!.pixelValues.dims).toEqual([3, 20, 20]);
    expect(prompt.ids.filter((id) => id === 489)).toHaveLength(32);
    expect(prompt.tokens).toHaveLength(prompt.ids.length);
  });

  test("names a picture that is missing or none", async () => {
    await expect(prepareQuestion(model, questionOf("Why?", [picture, "/none.png"]))).rejects.toThrow("/none.png");
    const file = join(temporaryFolder(), "text.png");
    await writeFile(file, "no picture");
    await expect(prepareQuestion(model, questionOf("Why?", [file]))).rejects.toThrow("text.png");
  });

  test("refuses a raw prompt with another number of image tokens than pictures", async () => {
    const conversation = { messages: null, prompt: "<image>\nand <image>", pictures: [picture] };
    await expect(prepareQuestion(model, { ...questionOf("x", []), conversation })).rejects.toThrow(
      /2 places for pictures .* 1 picture was given/,
    );
  });
});

describe("generateAnswer", () => {
  test("hands a split character out when it cannot change any more, and what is left at the end", async () => {
    const { tokenizer } = model.checkpoint;
    const ids = ["▁a", "<0xC3>", "<0xA9>", "b", "<0xE2>"].map((token) => tokenizer.idOf(token)!);
    expect(ids).not.toContain(undefined);
    // A head that gives each token of the list its turn: it reads the position from nothing but the token before.
    const { prompt } = await prepareQuestion(model, questionOf("Why?", []));
    const chain = [prompt.ids.at(-1)!, ...ids];
    const scripted = await loadRandomModel({
      adjust: (name, values) => {
        const width = 24;
        if (/(o_proj|down_proj)\.weight$/.test(name)) values.fill(0);
        if (name.endsWith("model.norm.weight")) values.fill(1);
        if (name.endsWith("embed_tokens.weight")) {
          for (const [turn, id] of chain.entries()) {
            values.fill(0, id * width, (id + 1) * width);
            values[id * width + turn] = 1;
          }
        }
        if (name.endsWith("lm_head.weight")) {
          values.fill(0);
          for (const [turn, id] of ids.entries()) values[id * width + turn] = 9;
        }
      },
    });
    const pieces: string[] = [];
    const { sampling } = questionOf("x", [], { maxNewTokens: ids.length });
    const answer = await generateAnswer(
      scripted,
      { promptIds: prompt.ids, sequence: await embedPrompt(scripted, prompt.ids, []), sampling },
      { maxMemoryBytes: 2 ** 32, onToken: (text) => pieces.push(text) },
    );
    expect(answer.ids).toEqual(ids);
    expect(pieces).toEqual(["a", "éb", "\uFFFD"]);
  });

  test("encodes pictures one by one, the same as alone", async () => {
    const { pictures } = await prepareQuestion(model, questionOf("Why?", [picture, demoPicture("cup-full.png")]));
    const both = await encodePictures(model, pictures, { taps: [] });
    const second = await encodePictures(model, pictures.slice(1), { taps: [] });
    expect(both[1]!.features.data).toEqual(second[0]!.features.data);
    expect(both[0]!.features.data).not.toEqual(both[1]!.features.data);
  });
});
