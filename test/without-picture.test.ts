/** @file A question without a picture, in every family: the numbers of PyTorch, every method and measurement, and what is left out. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graphPool } from "../src/causes/graph-pool.ts";
import { explain } from "../src/explain/explain.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { openRecorded } from "../src/explain/recorded-run.ts";
import { exportRun } from "../src/export/export.ts";
import { runGraphs } from "../src/findings/causes/run-graphs.ts";
import { measure } from "../src/measure/measure.ts";
import { defaultCausalSettings } from "../src/run/causes.ts";
import { methods } from "../src/run/maps.ts";
import type { MeasureRequest, VerifyResult } from "../src/run/measures.ts";
import { questionPositions } from "../src/run/positions.ts";
import type { Run } from "../src/run/types.ts";
import type { FloatTensor } from "../src/tensor/tensor.ts";
import { greedySampling, questionOf } from "./support/demo-question.ts";
import { fixturesFolder, largest, loadParityModel, openParityCase, parityCases } from "./support/parity-case.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** A case of `without-picture.json` (make-without-picture.py). */
interface Expected {
  readonly prompt: string;
  readonly input_ids: number[];
  readonly generated_ids: number[];
  /** Of each layer with self-attention in the row of the last prompt position, [heads][keys]. */
  readonly attention: number[][][];
  /** Of the first answer token. */
  readonly relevancy: number[];
}

const file = join(fixturesFolder, "without-picture.json");
const expected = JSON.parse(readFileSync(file, "utf8")) as Record<string, Expected>;
const question = "Is it a house or a café?";
const maxMemoryBytes = 2 ** 32;
const pool = graphPool({ threads: 1 });
afterAll(() => pool.close());

describe.each(parityCases.filter((name) => name in expected))("%s without a picture", (name) => {
  const { prompt, input_ids, generated_ids, attention, relevancy } = expected[name]!;
  const warnings: string[] = [];
  let model: HostedModel;
  let run: Run;
  beforeAll(async () => {
    model = await loadParityModel(await openParityCase(name));
    const length = { maxNewTokens: generated_ids.length, minNewTokens: generated_ids.length };
    const chat = questionOf(question, [], length);
    const raw = { messages: null, prompt, pictures: [] };
    const asked = model.checkpoint.hasChatTemplate ? chat : { ...chat, conversation: raw };
    const gradients = { variants: ["exact", "reference"], target: { kind: "logit" }, tokens: "all" } as const;
    const onWarning = (warning: string) => warnings.push(warning);
    const options = { methods, record: "full", gradients, maxMemoryBytes, onWarning } as const;
    run = await openRecorded(await explain(model, { ...asked, sampling: { ...greedySampling, ...length } }, options));
  });
  const floats = async (tensor: string) => (await run.tensor(tensor)) as FloatTensor;

  test("prompt and answer are transformers'", () => {
    const { tokens, answer, images } = run.description;
    const ids = tokens.map(({ id }) => id);
    expect(run.description.prompt).toBe(prompt);
    expect(ids.slice(0, answer.start)).toEqual(input_ids);
    expect(ids.slice(answer.start)).toEqual(generated_ids);
    expect(images).toEqual([]);
  });

  test("attention and exact relevancy are PyTorch's", async () => {
    const last = input_ids.length - 1;
    const { self_attention_layers: layers } = (await openParityCase(name)).text;
    for (const [index, heads] of attention.entries()) {
      const layer = layers?.[index] ?? index;
      const { data, dims } = await floats(`language.attention.${layer}`);
      const [, rows, keys] = dims as [number, number, number];
      for (const [head, row] of heads.entries()) {
        const start = (head * rows + last) * keys;
        expect(data.slice(start, start + row.length)).toBeCloseToArray(Float32Array.from(row), 5e-5);
      }
    }
    const wanted = Float32Array.from(relevancy.slice(0, -1));
    const found = (await floats("relevancy.exact.language")).data.slice(0, wanted.length);
    expect(found).toBeCloseToArray(wanted, 2e-4 * largest(wanted));
  });

  test("every method that needs no picture gives numbers, and the others say so", () => {
    expect(Object.keys(run.description.methods)).toEqual(
      methods.filter((method) => !["tam", "grad-cam", "integrated-gradients"].includes(method)),
    );
    expect(warnings).toEqual([
      "The question has no picture, and tam and grad-cam and integrated-gradients explain image tokens; left out.",
    ]);
    const ofPictures = [...run.tensors.keys()].filter((tensor) => /^(vision|image)\.|\.(vision|combined)/.test(tensor));
    expect(ofPictures).toEqual([]);
  });

  test("words and heads are masked and ablated, and graphs are learned", async () => {
    const common = { token: 0, fill: "mean", seed: 0, sets: 20, minimal: false } as const;
    const scored = { confirm: [], score: "log-probability", nulls: ["shifted"] } as const;
    const source = { kind: "selection" } as const;
    const positions = questionPositions(run.description).slice(0, 3);
    for (const evidence of [
      { kind: "tokens", positions } as const,
      { kind: "heads", heads: [{ layer: 0, head: 1 }] } as const,
    ]) {
      const request = { kind: "verify", ...common, ...scored, source, evidence } as const;
      const { result } = await measure(model, run, { request, pool, cacheFolder: temporaryFolder(), maxMemoryBytes });
      const { probability } = (result as VerifyResult).original;
      expect(probability).toBeCloseTo(run.description.answerTokens[0]!.probability, 4);
    }
    const [graph] = await runGraphs(run, [{ ...defaultCausalSettings, token: 1, layer: 0, head: 0 }], { pool });
    expect(graph!.nodes.every((position) => position < run.description.tokens.length)).toBe(true);
  });

  test("what needs a picture is refused in a sentence", async () => {
    const request = { kind: "grounding", seed: 0 } as MeasureRequest;
    const measured = measure(model, run, { request, pool, cacheFolder: temporaryFolder(), maxMemoryBytes });
    await expect(measured).rejects.toThrow("The question has no picture, and the grounding score needs one.");
  });

  test("no figure has an empty frame for a picture", async () => {
    const exported = (formats: readonly ("png" | "svg" | "html")[], method: "attention" | "relevancy" | "lens") =>
      exportRun(run, { formats, selection: { method }, runName: "alone", out: { folder: temporaryFolder() } });
    const names = async (...wanted: Parameters<typeof exported>) =>
      (await exported(...wanted)).files.map((path) =>
        path
          .split(/[\\/]/)
          .at(-1)!
          .replace(/\.token-.*\./, "."),
      );
    expect(await names(["svg"], "relevancy")).toEqual(["alone.text-against-image.svg"]);
    expect(await names(["svg"], "lens")).toEqual(["alone.lens-table.svg"]);
    expect(await names(["html"], "attention")).toEqual(["alone.html"]);
    await expect(exported(["svg"], "attention")).rejects.toThrow(
      "The run has no picture, so there is no map of attention to draw; export it as csv, json or html.",
    );
  });
});
