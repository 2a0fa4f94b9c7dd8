/**
 * @file Relevancy against masking: models that were trained to name the color of the one colored cell of a picture. What the answer rests on
 * is known, so that masking must find that cell, and the largest entry of exact combined relevancy must lie on it.
 */
import { cp, readFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graphPool } from "../src/causes/graph-pool.ts";
import { openCheckpoint } from "../src/checkpoint-folder/open.ts";
import { explain } from "../src/explain/explain.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { openRecorded } from "../src/explain/recorded-run.ts";
import { cellBox } from "../src/image/geometry.ts";
import { loadModel } from "../src/local-model/load-model.ts";
import { measure } from "../src/measure/measure.ts";
import { tokenTensor } from "../src/run/maps.ts";
import { imageTokens } from "../src/run/positions.ts";
import type { Run } from "../src/run/types.ts";
import type { FloatTensor } from "../src/tensor/tensor.ts";
import { greedySampling, questionOf } from "./support/demo-question.ts";
import { fixturesFolder, parityCases } from "./support/parity-case.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** `planted.json` of a case (make-planted-cases.py): a question or a raw prompt, and its pictures. */
interface Planted {
  readonly question?: string;
  readonly prompt?: string;
  readonly pictures: readonly {
    readonly file: string;
    /** Id of the token that names the color. */
    readonly answer: number;
    /** The colored cell: left, top, width, height in pixels. */
    readonly cell: readonly [number, number, number, number];
  }[];
}

const plantedFolder = join(fixturesFolder, "planted");
const names = readdirSync(plantedFolder).filter((name) => (parityCases as readonly string[]).includes(name));
const maxMemoryBytes = 2 ** 32;
const pool = graphPool({ threads: 1 });
afterAll(() => pool.close());

/** The model of a case: its own weights among the other files of the parity case. */
async function plantedModel(name: string): Promise<HostedModel> {
  const folder = join(temporaryFolder(), "model");
  const isWeight = (path: string) => path.includes(".safetensors");
  await cp(join(fixturesFolder, name, "checkpoint"), folder, { recursive: true, filter: (path) => !isWeight(path) });
  await cp(join(plantedFolder, name, "model.safetensors"), join(folder, "model.safetensors"));
  return loadModel(await openCheckpoint(folder), { cacheFolder: temporaryFolder(), maxMemoryBytes });
}

/** Of each image token: true if it lies on the cell, false if beside it; undefined for tokens without a place. */
function onCell({ description }: Run, [left, top, width, height]: readonly number[]): (boolean | undefined)[] {
  const [x, y] = [left! + width! / 2, top! + height! / 2];
  return imageTokens(description).map(({ image, cell }) => {
    if (cell === undefined) return undefined;
    const box = cellBox(description.images[image]!.grids[cell.grid]!, cell);
    return x > box.left && x < box.left + box.width && y > box.top && y < box.top + box.height;
  });
}

/** True at the largest of the values. */
function isLargestOn(values: Float32Array, on: readonly (boolean | undefined)[]): boolean {
  return on[values.indexOf(Math.max(...values))] === true;
}

describe.each(names)("a planted cell, %s", (name) => {
  let planted: Planted;
  let model: HostedModel;
  beforeAll(async () => {
    planted = JSON.parse(await readFile(join(plantedFolder, name, "planted.json"), "utf8")) as Planted;
    model = await plantedModel(name);
  });

  test.each(["red", "green", "blue"])(
    "the %s cell carries the answer, and combined relevancy is largest on it",
    async (color) => {
      const { file, answer, cell } = planted.pictures.find((picture) => picture.file.startsWith(color))!;
      const pictures = [join(plantedFolder, name, file)];
      const { question, prompt } = planted;
      const conversation =
        question === undefined
          ? { messages: null, prompt: prompt!, pictures }
          : questionOf(question, pictures).conversation;
      const sampling = { ...greedySampling, maxNewTokens: 1, minNewTokens: 1 };
      const options = { methods: ["relevancy"], record: "default", maxMemoryBytes } as const;
      const run = await openRecorded(await explain(model, { conversation, fit: "default", sampling }, options));
      const { description } = run;
      expect(description.tokens[description.answer.start]!.id).toBe(answer);
      expect(description.answerTokens[0]!.probability).toBeGreaterThan(0.8);

      const on = onCell(run, cell);
      expect(on).toContain(true);
      const request = { kind: "occlusion", token: 0, fill: "mean", seed: 0 } as const;
      const { tensors } = await measure(model, run, { request, pool, cacheFolder: temporaryFolder(), maxMemoryBytes });
      const falls = tensors.get(tokenTensor("occlusion", 0)) as FloatTensor;
      expect(isLargestOn(falls.data, on)).toBe(true);
      expect(Math.max(...falls.data)).toBeGreaterThan(0.5);
      for (const [token, fall] of falls.data.entries())
        if (on[token] === false) expect([token, fall < 0.25]).toEqual([token, true]);

      const combined = (await run.tensor("relevancy.exact.combined")) as FloatTensor;
      expect(isLargestOn(combined.data, on)).toBe(true);
    },
  );
});
