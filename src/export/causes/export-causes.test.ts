/** @file Tests of the export of causes that a run holds: files, tables, JSON, and what each figure shows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleMeasures, exampleTensors } from "../../../test/support/example-run.ts";
import { runInMemory } from "../../../test/support/in-memory-run.ts";
import { byteTensor } from "../../tensor/tensor.ts";
import { resultsOf, type CauseSet, type MeasureResult } from "../../run/measures.ts";
import type { Run } from "../../run/types.ts";
import { exportMainFile } from "../export.ts";
import type { ExportFormat } from "../formats.ts";
import type { CauseSelectionRequest } from "./cause-selection.ts";
import { exportCauses } from "./export-causes.ts";

let folder: string;
let run: Run;

async function pngOf(width: number, height: number): Promise<Uint8Array> {
  const picture = sharp({ create: { width, height, channels: 3, background: "#c08040" } });
  return new Uint8Array(await picture.png().toBuffer());
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "export-causes-"));
  const pictures = await Promise.all([pngOf(40, 30), pngOf(60, 40)]);
  const tensors = pictures.map((png, i) => [`image.${i}`, byteTensor([png.length], png)] as const);
  run = await runInMemory({ tensors: new Map([...exampleTensors(), ...tensors]) });
});
afterAll(() => rmSync(folder, { recursive: true }));

function withMeasures(measures: readonly MeasureResult[]): Run {
  return { ...run, description: { ...run.description, measures } };
}

const [minimal] = resultsOf(exampleMeasures, "minimal");
const [flow] = resultsOf(exampleMeasures, "flow");
const [cleann] = resultsOf(exampleMeasures, "cleann");
const [firstSet] = minimal!.image!.sets;

/** The example's causes with a second set of one picture, and a word, neither of which was confirmed. */
function severalSets(): Run {
  const set = (positions: readonly number[]): CauseSet => ({ ...firstSet!, positions, confirmed: false });
  const image = { ...minimal!.image!, sets: [firstSet!, set([3])] };
  const text = { ...minimal!.text!, verdict: "not confirmed" as const, sets: [set([15])] };
  return withMeasures([{ ...minimal!, image, text }]);
}

async function text(from: Run, format: ExportFormat, selection: CauseSelectionRequest): Promise<string> {
  const { bytes } = await exportMainFile(from, { format, selection, runName: "pets" });
  return new TextDecoder().decode(bytes);
}

/** The texts that a figure shows, in their order. */
function shown(svg: string): string {
  return Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, each]) => each).join(" ");
}

const dashed = /<path [^>]*stroke-dasharray/g;

describe("the export of causes", () => {
  it("writes a figure a picture, the table and the document, named by method and token", async () => {
    const { files, selection } = await exportCauses(run, {
      formats: ["png", "svg", "csv", "json"],
      selection: { method: "minimal" },
      runName: "pets",
      out: { folder },
    });
    const name = "pets.minimal.token-0-t25";
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
      ...[`${name}.picture-1.png`, `${name}.picture-2.png`, `${name}.picture-1.svg`, `${name}.picture-2.svg`],
      ...[`${name}.csv`, `${name}.json`],
    ]);
    expect(selection.group.tokens).toEqual([0]);
    const { format, width } = await sharp(join(folder, files[0]!.slice(folder.length + 1))).metadata();
    // 640 for the picture and 20 around it, at twice the size.
    expect({ format, width }).toEqual({ format: "png", width: 1360 });
    // An export of the same takes the place of the older files, a file of others stays.
    await exportCauses(run, { formats: ["csv"], selection: { method: "minimal" }, runName: "pets", out: { folder } });
    writeFileSync(join(folder, `${name}.csv`), "mine\r\n");
    await expect(
      exportCauses(run, { formats: ["csv"], selection: { method: "minimal" }, runName: "pets", out: { folder } }),
    ).rejects.toThrow("this program did not write it");
    expect(readFileSync(join(folder, `${name}.csv`), "utf8")).toBe("mine\r\n");
  });

  it("frames each set on the picture that it lies on, with the sentence, the question and the model", async () => {
    const svg = await text(run, "svg", { method: "minimal" });
    const texts = shown(svg);
    for (const part of ["Smallest causes", "picture 1 of 2", "The answer depends on 2 patches of the picture"]) {
      expect(texts).toContain(part);
    }
    expect(texts).toContain(run.description.model.name);
    expect(texts).toContain("2 patches of pictures 1 and 2, confirmed");
    // The upper right cell of a box from (5, 0) of 30 x 30: at 16 pixels of the figure for one of the picture, 2.5 inside.
    expect(svg).toContain('d="M322.5 2.5L557.5 2.5L557.5 237.5L322.5 237.5Z"');
    expect(svg.match(dashed)).toBeNull();
  });

  it("tells several sets apart by number and line, and dashes those that were not confirmed", async () => {
    const svg = await text(severalSets(), "svg", { method: "minimal" });
    const texts = shown(svg);
    expect(texts).toContain("“t23”, not confirmed (dashed)");
    for (const number of ["1", "2", "3"]) expect(svg).toMatch(new RegExp(`font-weight="600"[^>]*>${number}</text>`));
    // The frame of the second set with its white core, and both lines in the key.
    expect(svg.match(dashed)!.length).toBeGreaterThanOrEqual(4);
    expect(texts).toContain("2 separate sets were found.");
  });

  it("has a row a set in the table, with its members by name and position", async () => {
    const [head, ...rows] = (await text(severalSets(), "csv", { method: "minimal" })).trimEnd().split("\r\n");
    expect(head).toMatch(/^set,of,members,positions,necessity,sufficiency,/);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain(
      '"patch row 0, column 1 of picture 1; patch row 0, column 1 of picture 2",2 10,0.95,0.9,',
    );
    expect(rows[2]).toMatch(/^3,question,t23,15,/);
  });

  it("writes the fields of causes --json, and the result as the run holds it", async () => {
    const document = JSON.parse(await text(run, "json", { method: "minimal" })) as Record<string, unknown>;
    expect(document).toMatchObject({
      selection: { method: "minimal", tokens: [0] },
      token: { index: 0 },
      image: { verdict: "verified", sets: [{ positions: [2, 10] }] },
      result: minimal,
    });
    expect(document["program"]).toMatch(/^lvlm-interpret /);
    expect(document).not.toHaveProperty("scores");
    const contrast = { ...minimal!, request: { ...minimal!.request, score: { contrast: 9 } } };
    const other = JSON.parse(await text(withMeasures([contrast]), "json", { method: "minimal" })) as object;
    expect(other).toMatchObject({ scores: { minimal: { contrast: { id: 9 } } } });
  });

  it("draws the flow graph from regions and words to the answer, dashed if an edge is only estimated", async () => {
    const kept = await text(run, "svg", { method: "flow" });
    expect(shown(kept)).toMatch(/Flow graph.*top left.*t20.*“t25”.*The 2 edges of the graph alone keep 90 %/);
    expect(kept.match(dashed)).toBeNull();
    const all = await text(run, "svg", { method: "flow", edges: "all" });
    expect(all.match(dashed)).toHaveLength(1);
    expect(shown(all)).toContain("dashed: estimated, not measured");
    // The region has its piece of the picture.
    expect(kept.match(/<image /g)).toHaveLength(1);
    const csv = await text(run, "csv", { method: "flow" });
    expect(csv.split("\r\n").slice(0, 2)).toEqual([
      "from,to,layers,estimate (log-probability),measured (log-probability),in the graph",
      "t20,“t25”,1 to 1,2.5,3,yes",
    ]);
  });

  it("draws the measured edges of a flow without a graph", async () => {
    const edges = flow!.edges.map((edge) => ({ ...edge, kept: false }));
    const empty = withMeasures([{ ...flow!, edges, faithfulness: null, necessity: null, randomGraphs: [], p: null }]);
    const document = JSON.parse(await text(empty, "json", { method: "flow" })) as object;
    expect(document).toMatchObject({ selection: { edges: "measured" } });
    expect(shown(await text(empty, "svg", { method: "flow" }))).toContain("there is no graph to find");
  });

  it("says what the sets of each head's graph do, and names the head of the tree", async () => {
    // The run holds the graph of head 2: its tree is the token at position 2.
    const [first, second] = cleann!.heads;
    const found = withMeasures([{ ...cleann!, heads: [second!, second!, { ...first!, sets: [[2]] }] }]);
    const svg = await text(found, "svg", { method: "cleann" });
    const texts = shown(svg);
    expect(texts).toContain("1 of 3 heads of layer 1 have a set without which the model predicts something else");
    expect(texts).toContain("layer 1, head 2");
    expect(texts).toContain("its graph finds a set in 2 calls");
    expect(texts).toContain("double frame: in a set without which the model predicts something else");
    expect(svg.match(/<image /g)).toHaveLength(1);
    const csv = (await text(run, "csv", { method: "cleann" })).trimEnd().split("\r\n");
    expect(csv[0]).toMatch(/^Head,Tokens of the tree,Sets,Positions,/);
    expect(csv.slice(1).map((row) => row.split(",").slice(0, 2).join())).toEqual(["0,3", "1,12", "2,0"]);
    expect(csv[1]).toContain(",2; 10,2,3,");
    const document = JSON.parse(await text(run, "json", { method: "cleann" })) as object;
    expect(document).toMatchObject({ selection: { layer: 1, head: 0 }, cleann: { layer: 1 } });
  });

  it("frames words alone if the question has no picture", async () => {
    const words = { ...minimal!, request: { ...minimal!.request, kinds: ["text" as const] }, image: undefined };
    const sets = [{ ...firstSet!, positions: [15] }];
    const text15 = { ...minimal!.text!, verdict: "verified" as const, sets };
    const alone = withMeasures([{ ...words, text: text15 }]);
    const withoutPictures = { ...alone, description: { ...alone.description, images: [] } };
    const svg = await text(withoutPictures, "svg", { method: "minimal" });
    expect(svg).not.toContain("<image ");
    expect(shown(svg)).toContain(run.description.tokens[15]!.text.trim());
    expect(svg).toMatch(/<rect [^>]*rx="3"[^>]*stroke="#0a5fa8"/);
  });

  it.each<[CauseSelectionRequest, string]>([
    [{ method: "minimal", token: "1" }, "The run holds no causes by minimal of"],
    [
      { method: "cleann", layer: 0 },
      "The run holds no causes by cleann in layer 0; find them with: causes RUN --method cleann.",
    ],
    [{ method: "cleann", head: 3 }, "The layer has heads 0 to 2, got head 3."],
    [{ method: "cleann", head: "mean" }, "name a head"],
    [{ method: "minimal", head: 1 }, "The causes of minimal have no choice of head; leave it out."],
    [{ method: "cleann", edges: "all" }, "The causes of cleann have no choice of edges; leave it out."],
  ])("refuses %j", async (selection, message) => {
    await expect(text(run, "json", selection)).rejects.toThrow(message);
  });
});
