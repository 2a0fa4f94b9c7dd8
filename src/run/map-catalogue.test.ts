/** @file Tests that the catalogue is total: every map has its words, its tensors, a way to record it, and every reader takes it. */
import { describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors } from "../../test/support/example-run.ts";
import { runInMemory } from "../../test/support/in-memory-run.ts";
import { mapNameOf } from "../export/selection.ts";
import { placeText } from "../export/describe-selection.ts";
import { tokenMaps } from "../export/maps.ts";
import { readMap } from "../findings/read-map.ts";
import { heldMaps } from "../measure/run-maps.ts";
import { mapAliases, mapMethods, mapNames } from "./map-catalogue.ts";
import {
  mapNamed,
  mapRow,
  mapsOf,
  methodNames,
  methodRow,
  methods,
  recordedMaps,
  recordingOf,
  textMaps,
  tokenTensor,
  unitOf,
  unitPerPatch,
} from "./maps.ts";
import { imageTokenPositions } from "./positions.ts";
import { floatTensor, type Tensor } from "../tensor/tensor.ts";
import { checkTensorShapes } from "./tensor-table.ts";

const token = 1;
/** The example run, with what masking each patch measures. */
async function everyMap() {
  const falls = floatTensor([imageTokenPositions(exampleDescription()).length]);
  falls.data[3] = 0.5;
  // Attention without any token above the threshold, whose causal graphs are learned at once.
  const attention = floatTensor([3, 20, 20]);
  return runInMemory({
    tensors: new Map<string, Tensor>([
      ...exampleTensors(),
      [tokenTensor("occlusion", token), falls],
      [tokenTensor("regions", token), falls],
      ["language.attention.1", attention],
    ]),
  });
}

/** The example run as it is before any method was computed. */
const bareRun = () =>
  runInMemory({ tensors: new Map([...exampleTensors()].filter(([name]) => /^(?:input_ids|image\.)/.test(name))) });

describe("every map of the catalogue", () => {
  it.each(mapNames)("%s has words for tables, sentences and legends", (map) => {
    const { short, long, quantity, place } = mapRow(map);
    for (const text of [short, long, quantity, place, unitOf(map), unitPerPatch(map)]) expect(text).toMatch(/\S/);
    expect(unitPerPatch(map)).toContain(quantity);
    // Two maps are never called the same.
    expect(mapNames.filter((other) => mapRow(other).short === short || mapRow(other).long === long)).toEqual([map]);
  });

  it.each(mapNames)("%s is read out of a run, in the sequence or at the image tokens", async (map) => {
    const run = await everyMap();
    const values = await readMap(run, { map, token });
    const { tokens } = run.description;
    const images = imageTokenPositions(run.description).length;
    expect(values).toHaveLength(mapRow(map).axis === "sequence" ? tokens.length : images);
    expect(await readMap(await bareRun(), { map, token })).toBeUndefined();
  });

  it.each(mapNames)("%s is exported: its choice names it, and it has one number per image token", async (map) => {
    const { method, variant, part } = mapRow(map);
    const choice = { method, ...(variant && { variant }), ...(part && { map: part }), layer: 1, head: "mean" as const };
    expect(mapNameOf(choice)).toBe(map);
    expect(placeText(choice)).not.toMatch(/[{}]|undefined/);
    expect((await tokenMaps(await everyMap(), choice, [token])).dims).toEqual([1, 10]);
  });

  it("is measured, compared and verified unless it ranks nothing", async () => {
    expect(mapNames.filter((map) => !mapMethods.some((other) => other === map))).toEqual(["lens"]);
    const run = await everyMap();
    expect(heldMaps(run, { token, over: "patches" })).toEqual(mapMethods);
    expect(heldMaps(run, { token, over: "text" })).toEqual(textMaps);
    for (const map of textMaps) expect(mapRow(map).axis).toBe("sequence");
  });

  it("can be recorded by methods that a recording makes, or is measured by masking", () => {
    for (const map of mapNames) {
      const recording = recordingOf(map);
      if (recording === undefined) expect(methodRow(mapRow(map).method).computation).toBe("masking");
      else for (const method of recording.methods) expect(methods).toContain(method);
    }
    expect(recordedMaps).not.toContain("causes");
  });

  it("with a tensor of its own has a rule for it in the run file", () => {
    for (const map of mapNames) {
      const { reading, axis } = mapRow(map);
      if (reading.from !== "rows") continue;
      const wrong = floatTensor([3, axis === "sequence" ? 10 : 20]);
      const tensors = new Map([[reading.tensor, wrong]]);
      const check = () => checkTensorShapes(tensors, { description: exampleDescription(), file: "f" });
      expect(check).toThrow(`"${reading.tensor}"`);
    }
  });
});

describe("every method of the catalogue", () => {
  it.each(methodNames)("%s has maps, and says what it is", (method) => {
    expect(mapsOf(method).length).toBeGreaterThan(0);
    const { definition, formula, range, weakness, source } = methodRow(method);
    for (const text of [definition, formula, range, weakness, source]) expect(text).toMatch(/\.$/);
  });
});

describe("names of maps", () => {
  it("are read as they were written before, too", () => {
    for (const [old, map] of Object.entries(mapAliases)) expect(mapNamed(old)).toBe(map);
    for (const map of mapNames) expect(mapNamed(map)).toBe(map);
    expect(mapNamed("constructor")).toBeUndefined();
  });
});
