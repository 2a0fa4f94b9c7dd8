/** @file Texts of exported figures: none is cut and none lies on another, on the screen and on narrow paper. */
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { drawnTexts, textFaults } from "../../test/support/drawn-texts.ts";
import { exampleTensors } from "../../test/support/example-run.ts";
import { runInMemory } from "../../test/support/in-memory-run.ts";
import { figureLayout, type FigurePaper } from "../figure/figure-layout.ts";
import { flowFigure } from "../cause-figure/flow-figure.ts";
import { lensFigure } from "../figure/lens-figure.ts";
import { matrixFigure } from "../figure/matrix-figure.ts";
import { svgText } from "../figure/svg-text.ts";
import { textImageFigure } from "../figure/text-image-figure.ts";
import { causeMethods } from "../run/measure-choices.ts";
import { byteTensor } from "../tensor/tensor.ts";
import type { Run } from "../run/types.ts";
import { causeFigures } from "./causes/cause-figures.ts";
import { chooseCauses } from "./causes/cause-selection.ts";
import { figureLook } from "./drawn-figure.ts";
import { exportMainFile } from "./export.ts";
import { methodsOf } from "./selection.ts";

const papers: readonly (readonly [name: string, paper: FigurePaper])[] = [
  ["the screen", {}],
  ["a column of 85 mm", { width: 85 }],
  ["a bare figure of 60 mm", { width: 60, bare: true, fontSize: 9 }],
  ["a page of 170 mm in large letters", { width: 170, fontSize: 12 }],
];

let run: Run;

beforeAll(async () => {
  const pictures = await Promise.all(
    [
      [40, 30],
      [30, 60],
    ].map(async ([width, height]) => {
      const picture = sharp({ create: { width: width!, height: height!, channels: 3, background: "#c08040" } });
      return new Uint8Array(await picture.png().toBuffer());
    }),
  );
  const tensors = pictures.map((png, i) => [`image.${i}`, byteTensor([png.length], png)] as const);
  run = await runInMemory({ tensors: new Map([...exampleTensors(), ...tensors]) });
});

const long = "a-very-long-word-that-a-model-may-say-when-it-reads-an-address-or-a-name-of-a-file";
const frame = {
  subject: "Attention",
  detail: `on the image, every layer and head, from the positions that predict “${long}”, mean of 12 tokens`,
  question: "這張圖片裡的箭頭指向哪個方向？請用一個詞回答，並說明你是怎麼知道的。".repeat(3),
  answer: "The arrow points to the right, as its tip and the line behind it show. ".repeat(4),
  provenance: `${long} (llava, bfloat16) · ${long}.png · 2026-11-29 · lvlm-interpret 0.1.0`,
};

describe("texts", () => {
  it.each([papers[0]!, papers[2]!])("of maps and causes on %s are whole and apart", async (_, paper) => {
    const look = await figureLook("svg", paper);
    for (const method of methodsOf(run)) {
      const { bytes } = await exportMainFile(run, { format: "svg", selection: { method }, runName: "pets", paper });
      expect({ method, faults: textFaults(new TextDecoder().decode(bytes)) }).toEqual({ method, faults: [] });
    }
    for (const method of causeMethods) {
      for (const { svg } of await causeFigures(run, chooseCauses(run, { method }), look)) {
        expect({ method, faults: textFaults(svg) }).toEqual({ method, faults: [] });
      }
    }
  });
});

describe.each(papers)("on %s", (_, paper) => {
  const layout = figureLayout(paper);

  it.each([
    [1, 1],
    [6, 6],
    [32, 32],
    [80, 64],
  ])("texts of a matrix of %i layers and %i heads are whole and apart", (layers, heads) => {
    const values = Float32Array.from({ length: layers * heads }, (_, i) => i / layers / heads);
    const matrix = { layers, heads, values };
    const unit = "attention summed over the image tokens";
    const note = "layers that were not recorded are 0";
    const svg = matrixFigure({ ...frame, layout, matrix, colorMap: "viridis", selected: null, unit, note }, svgText);
    expect(textFaults(svg)).toEqual([]);
  });

  it("texts of the lens are whole and apart, however long the answer is", () => {
    for (const count of [1, 7, 40]) {
      const tokens = Array.from({ length: count }, (_, i) => (i % 3 === 0 ? ` ${long}` : " is"));
      const rows = Array.from({ length: 5 }, () => tokens.map((text) => ({ text, probability: 0.0001 })));
      const svg = lensFigure({ ...frame, layout, table: { tokens, rows } }, svgText);
      expect(textFaults(svg)).toEqual([]);
      expect(drawnTexts(svg).texts.filter(({ text }) => text === "<0.001")).toHaveLength(5 * count);
    }
  });

  it("texts of text against image are whole and apart", () => {
    const tokens = [long, " is", " 右"].map((text) => ({ text, imagePart: 0.5, selected: text === long }));
    const inputs = [long, "patch 3,4", "?"].map((label) => ({
      label,
      relevancy: 0.00001234,
      isPatch: label === "patch 3,4",
    }));
    expect(textFaults(textImageFigure({ ...frame, layout, tokens, inputs, chosen: long }, svgText))).toEqual([]);
  });

  it("texts of a flow graph of many bands are whole and apart", () => {
    const groups = [
      { name: long, kind: "words" as const, positions: [1] },
      { name: "region 1", kind: "region" as const, positions: [2] },
      { name: "right", kind: "target" as const, positions: [3] },
    ];
    const edges = Array.from({ length: 10 }, (_, band) => ({
      from: band % 2,
      to: 2,
      layers: [band * 3 + 10, band * 3 + 12] as const,
      value: 0.5 + band / 100,
      measured: true,
      kept: true,
    }));
    const flow = { result: { groups, edges } as never, choice: "kept" as const };
    const svg = flowFigure({ ...frame, layout, flow, unit: "log-probability", sentence: frame.answer }, svgText);
    expect(textFaults(svg)).toEqual([]);
  });
});

describe("as PDF", () => {
  it("every figure can be written: each element that it is drawn with has its shape there", async () => {
    const pdf = async (method: (typeof causeMethods)[number] | ReturnType<typeof methodsOf>[number]) =>
      exportMainFile(run, { format: "pdf", selection: { method }, runName: "pets", paper: { width: 85 } });
    for (const method of [...methodsOf(run), ...causeMethods]) {
      const { name, bytes } = await pdf(method);
      expect(name.endsWith(".pdf")).toBe(true);
      expect(new TextDecoder("latin1").decode(bytes.subarray(0, 5))).toBe("%PDF-");
    }
  });
});

describe("a figure on paper", () => {
  const figure = (paper: FigurePaper): string =>
    lensFigure(
      { ...frame, layout: figureLayout(paper), table: { tokens: ["is"], rows: [[{ text: "is", probability: 1 }]] } },
      svgText,
    );

  it("is as wide as it is asked to be, with letters of the size that is asked for", () => {
    const svg = figure({ width: 85, fontSize: 9 });
    const [, width] = /^<svg [^>]*width="([\d.]+)mm"/.exec(svg)!;
    expect(Number(width)).toBeCloseTo(85, 1);
    const pixels = drawnTexts(svg).width;
    const body = 13;
    // 9 points are 3.175 mm.
    expect((body * 85) / pixels).toBeCloseTo(3.175, 1);
  });

  it("says in its description what a bare one does not show", () => {
    const svg = figure({ bare: true });
    expect(
      drawnTexts(svg)
        .texts.map(({ text }) => text)
        .join(" "),
    ).not.toContain("The arrow");
    expect(/<desc>([^<]*)<\/desc>/.exec(svg)![1]).toContain("lvlm-interpret 0.1.0");
    expect(figure({})).toContain(">Question</text>");
  });

  it("has the dots that are asked for, and says how large it is", async () => {
    const paper = { width: 50, dpi: 254 };
    const { bytes } = await exportMainFile(run, {
      format: "png",
      selection: { method: "rollout" },
      runName: "pets",
      paper,
    });
    const { width, density } = await sharp(bytes).metadata();
    expect(width).toBe(500);
    expect(density).toBe(254);
  });
});
