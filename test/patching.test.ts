/** @file Parts of one forward pass in another, against PyTorch with the same rows replaced (test/fixtures/make-patching-cases.py). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { embedPrompt } from "../src/engine/embed.ts";
import { patchedScores, type PatchedPair, type PatchSite } from "../src/scoring/patching.ts";
import type { Tap } from "../src/engine/taps.ts";
import { traceLanguage } from "../src/engine/trace.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { floatTensor } from "../src/tensor/tensor.ts";
import { encodeParity, fixturesFolder, loadParityModel, openParityCase } from "./support/parity-case.ts";

interface PatchingCase {
  readonly changed: number;
  readonly token: number;
  readonly pixels: number;
  /** Vocabulary entries of the scores. */
  readonly ids: number[];
  readonly from: number[];
  readonly to: number[];
  readonly sites: (PatchSite & { readonly scores: number[] })[];
}

const cases = JSON.parse(await readFile(join(fixturesFolder, "patching.json"), "utf8")) as Record<string, PatchingCase>;
const identity = (rows: number) => new Map(Array.from({ length: rows }, (_, row) => [row, row]));

describe.each(Object.entries(cases))("%s", (name, { changed, token, pixels, ids, sites, ...scores }) => {
  let model: HostedModel;
  let pair: PatchedPair;
  beforeAll(async () => {
    const parity = await openParityCase(name);
    model = await loadParityModel(parity);
    const { input_ids: prompt } = parity.text;
    const given = await parity.floats("pixel_values");
    const scaled = floatTensor(
      given.dims,
      given.data.map((value) => pixels * value),
    );
    const other = {
      ...parity,
      floats: (asked: string) => (asked === "pixel_values" ? Promise.resolve(scaled) : parity.floats(asked)),
    };
    pair = {
      from: await embedPrompt(model, prompt, await encodeParity(parity, model)),
      to: await embedPrompt(model, prompt.with(changed, token), await encodeParity(other, model)),
      correspondence: identity(prompt.length),
    };
  });

  test("a patched pass gives the logits of PyTorch", async () => {
    for (const [i, id] of ids.entries()) {
      const found = await patchedScores(model, pair, { sites, score: (logits) => logits[id]! });
      expect([found.from, found.to]).toBeCloseToArray([scores.from[i]!, scores.to[i]!], 1e-4);
      expect(found.sites).toBeCloseToArray(
        sites.map((site) => site.scores[i]!),
        1e-4,
      );
    }
  });

  test("both passes are those of a trace, and a pass with everything of the other is the other", async () => {
    const { layers, heads } = model.definition.language.config;
    const rows = pair.to.embedded.dims[0]!;
    const every = Array.from({ length: rows }, (_, row) => row);
    const memory = Array.from({ length: pair.to.plan.memoryTokens }, (_, memoryToken) => memoryToken);
    const all: PatchSite[] = [
      { layers: [layers - 1], positions: every },
      { layers: [0], positions: every, memory },
    ];
    const nothing: PatchSite[] = [
      { layers: [0], positions: [] },
      { layers: [1], positions: [], heads: [heads - 1] },
    ];
    const score = (logits: Float32Array) => logits[ids[0]!]!;
    const found = await patchedScores(model, pair, { sites: [all[0]!, ...nothing], score });
    expect(found.sites).toEqual([found.from, found.to, found.to]);
    const tap: Tap = { site: "logits", rows: [rows - 1] };
    for (const side of ["from", "to"] as const) {
      expect(score((await traceLanguage(model, pair[side], { taps: [tap] })).get(tap)!.data)).toBe(found[side]);
    }
    // Behind the first layer everything comes from there, but for what cross-attention reads later.
    if (memory.length > 0) return;
    expect((await patchedScores(model, pair, { sites: [all[1]!], score })).sites).toEqual([found.from]);
  });
});

describe("a site that does not exist", async () => {
  const parity = await openParityCase("llava-clip-llama-f32");
  const model = await loadParityModel(parity);
  const sequence = await embedPrompt(model, parity.text.input_ids, await encodeParity(parity, model));
  const pair = { to: sequence, from: sequence, correspondence: new Map([[3, 3]]) };
  test.each<[PatchSite, string]>([
    [{ layers: [2], positions: [3] }, "patching: layer 2 of a site does not exist in both sequences."],
    [{ layers: [], positions: [3] }, "patching: a site has no layer"],
    [{ layers: [0], positions: [4] }, "patching: position 4 of a site does not exist in both sequences."],
    [{ layers: [0], positions: [3], heads: [4] }, "patching: head 4 of a site"],
    [{ layers: [0], positions: [3], memory: [0] }, "patching: memory token 0 of a site"],
  ])("is refused, %j", async (site, message) => {
    await expect(patchedScores(model, pair, { sites: [site], score: ([first]) => first! })).rejects.toThrow(message);
  });
});
