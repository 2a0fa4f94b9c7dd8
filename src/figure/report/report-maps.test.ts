import { describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors } from "../../../test/support/example-run.ts";
import { runInMemory } from "../../../test/support/in-memory-run.ts";
import { imageTokenPositions } from "../../run/positions.ts";
import type { RunDescription } from "../../run/types.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import { buildReportData } from "./build-report-data.ts";
import type { ReportOptions } from "./build-report-data.ts";
import { openRecording } from "./viewer/recording.ts";
import { captionOf } from "./viewer/caption.ts";
import { initialSelection, isSignedMap, selectedMap } from "./viewer/selection.ts";
import { hiddenCells, sharedRange } from "./viewer/working-picture.ts";

const columns = imageTokenPositions(exampleDescription());
const word = { text: "t25t26", tokens: [0, 1] };

async function recordingOf(methods: RunDescription["methods"] = {}, options: ReportOptions = {}) {
  const run = await runInMemory({ description: { methods } });
  return openRecording(await buildReportData(run, { words: [word], ...options }));
}

function row(name: string, token: number): number[] {
  const { data, dims } = exampleTensors().get(name)!;
  const width = dims[1]!;
  return columns.map((position, i) => data[token * width + (width === 20 ? position : i)]!);
}

const mean = (a: readonly number[], b: readonly number[]) => a.map((value, i) => (value + b[i]!) / 2);

describe("maps of a report", () => {
  it("hold every method that the run has, in words", async () => {
    const { data } = await recordingOf();
    expect(data.maps.map(({ name }) => name)).toEqual([
      "rollout",
      ...["language", "vision", "combined"].map((part) => `relevancy.exact.${part}`),
      ...["language", "vision", "combined", "combined2"].map((part) => `relevancy.reference.${part}`),
      ...["gradient-rollout", "grad-cam", "lrp.language", "lrp.vision"],
    ]);
    expect(data.maps.filter((_, map) => isSignedMap(data, { map })).map(({ name }) => name)).toEqual([
      "lrp.language",
      "lrp.vision",
    ]);
  });

  it.each([
    ["relevancy.exact.language", row("relevancy.exact.language", 1)],
    ["relevancy.reference.combined2", row("relevancy.reference.combined2", 1)],
    ["lrp.vision", row("lrp.vision", 1)],
    ["grad-cam", row("grad-cam", 1)],
  ])("show the row of a token in %s", async (name, expected) => {
    const recording = await recordingOf();
    const map = recording.data.maps.findIndex((each) => each.name === name);
    const shown = selectedMap(recording, { token: 1, map, layer: null, head: null, scope: "token" })!;
    expect(shown).toBeCloseToArray(expected, Math.max(...expected.map(Math.abs)) / 127);
  });

  it("show words as means of their tokens, the published tool's by its own rule", async () => {
    const referenceWords = [{ text: "\u2581t25\u2581t26", tokens: [0, 1] }];
    const recording = await recordingOf({ relevancy: { tokens: [0, 1, 2], referenceWords } });
    const shown = (name: string) => {
      const map = recording.data.maps.findIndex((each) => each.name === name);
      return selectedMap(recording, { token: 1, map, layer: null, head: null, scope: "word" })!;
    };
    const language = (variant: string, token: number) => row(`relevancy.${variant}.language`, token);
    expect(shown("relevancy.exact.language")).toBeCloseToArray(mean(language("exact", 0), language("exact", 1)), 2e-4);
    const published = language("reference", 1).map((value) => value / 2);
    expect(shown("relevancy.reference.language")).toBeCloseToArray(published, 3e-3);
    const vision = (token: number) => row("relevancy.reference.vision", token);
    expect(shown("relevancy.reference.vision")).toBeCloseToArray(mean(vision(0), vision(1)), 1e-2);
  });

  it("say of tokens that were not explained that they were not", async () => {
    const recording = await recordingOf({ relevancy: { tokens: [1], target: "contrast:up" } });
    const map = recording.data.maps.findIndex(({ name }) => name === "relevancy.exact.combined");
    const selection = { ...initialSelection(recording), map, token: 0 };
    expect(selectedMap(recording, selection)).toBeNull();
    expect(captionOf(recording, selection).missing).toBe("“t25” was not explained by this method.");
    expect(captionOf(recording, { ...selection, token: 1 })).toMatchObject({
      subject: "Relevancy",
      detail: "exact, language model and vision tower combined, logit of “t26” less the logit of “up”",
    });
    expect(recording.data.maps[map]!.words).toEqual([]);
  });

  it("open tinted by image part where there is evidence of it", async () => {
    const evidence = { target: "logit", tokens: [{ text: "t25", tokens: [0], imagePart: 0.2, inputs: [] }], words: [] };
    expect(initialSelection(await recordingOf({}, { evidence })).tint).toBe("part");
    expect(initialSelection(await recordingOf()).tint).toBe("image");
  });

  it("leave sinks out of the scale that pictures share", async () => {
    const { sinks } = await recordingOf({}, { sinks: [{ imageToken: 5, shareRatio: 9, normRatio: 9 }] });
    expect([...sinks]).toEqual([5]);
    const picture = (firstToken: number, cols: number) => ({
      image: { width: 10, height: 10, data: new Uint8Array(300) },
      grids: [{ rows: 2, cols, box: { left: 0, top: 0, width: 10, height: 10 } }],
      firstToken,
      missing: false,
    });
    const pictures = [picture(0, 2), picture(4, 3)];
    const map = Float32Array.of(1, 2, 3, 4, -7, 90, 6, 5, 4, 3);
    const range = (left: ReadonlySet<number>, colorMap: "viridis" | "diverging") =>
      sharedRange(pictures, map, { colorMap, left });
    expect([...hiddenCells(pictures[1]!, sinks)]).toEqual([1]);
    expect([...hiddenCells(pictures[0]!, sinks)]).toEqual([]);
    expect(range(new Set(), "viridis")).toEqual({ min: 0, max: 90 });
    expect(range(sinks, "viridis")).toEqual({ min: 0, max: 6 });
    expect(range(sinks, "diverging")).toEqual({ min: -7, max: 7 });
  });

  it("refuse a tensor of another shape", async () => {
    const run = await runInMemory();
    const wrong = { ...run, tensor: () => Promise.resolve(floatTensor([3, 4])) };
    await expect(
      buildReportData({ ...wrong, tensors: new Map([["grad-cam", { dims: [3, 4], type: "f32" }]]) }),
    ).rejects.toThrow('tensor "grad-cam" must be [3, 10], got [3, 4]');
  });
});
