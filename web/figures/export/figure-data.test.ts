/** @file Figures as numbers: what is read back is what was shown, with where it comes from. */
import { describe, expect, it } from "vitest";
import { provenanceText, settingsText, type ExportContext } from "./export-context.ts";
import { figureCsv, figuresJson, formatTsv } from "./figure-data.ts";
import type { Figure, Table } from "../figure.ts";

const table: Table = {
  columns: [
    { label: "Token", kind: "text" },
    { label: "Surprise", kind: "number", unit: "bits" },
  ],
  rows: [
    [" right", 0.5],
    ['=HYPERLINK("x")', null],
    ["a\tb\nc", -1.25],
  ],
};

const figure: Figure = {
  name: "layers-heads",
  title: "All layers and heads",
  caption: "for the position that predicts “right”",
  table: () => table,
  legend: () => ({ kind: "bar", colors: [], low: "0", high: "0.97", unit: "share" }),
  settings: () => ({ layer: 3, head: null, colorMap: "viridis", target: { kind: "logit" }, none: undefined }),
  topic: "layers-heads",
};

const context: ExportContext = {
  run: "r-0142",
  tab: "attention",
  question: "Which way?",
  answer: "right",
  model: "demo-6x6",
  precision: "f32",
  architecture: "llava",
  program: "lvlm-interpret 0.6.0",
  recordedBy: "lvlm-interpret 0.5.0",
  recorded: "2026-11-24T10:00:00.000Z",
  exported: "2026-11-25T10:00:00.000Z",
  methods: { attention: {}, relevancy: { variant: "exact" } },
  selection: { tokens: [4], text: "right", patches: [], words: [], layer: 3, head: null },
};

describe("numbers of a figure", () => {
  it("are CSV with units in the heads, and with run, model, program, selection and date in each row", () => {
    const lines = figureCsv(figure, context).split("\r\n");
    expect(lines[0]).toBe("Token,Surprise (bits),Figure,Caption,Settings,Answer token,Run,Model,Program,Exported");
    expect(lines[1]).toBe(
      `" right",0.5,All layers and heads,for the position that predicts “right”,"layer 3, head all, color map viridis, target kind logit",right,r-0142,"demo-6x6, f32",lvlm-interpret 0.6.0,2026-11-25`,
    );
    expect(lines[2]!.startsWith(`"'=HYPERLINK(""x"")",,All layers`)).toBe(true);
  });

  it("have columns of different names, also if a table calls one as the run's facts are called", () => {
    const columns = ["Answer token", "Run", "Run"].map((label) => ({ label, kind: "text" }) as const);
    const twice = { ...figure, table: () => ({ columns, rows: [["a", "b", "c"]] }) };
    const heads = figureCsv(twice, context).split("\r\n")[0]!.split(",");
    expect(heads.slice(0, 3)).toEqual(["Answer token", "Run", "Run 2"]);
    expect(new Set(heads).size).toBe(heads.length);
  });

  it("are tab-separated for the clipboard, with one line a row whatever the text holds", () => {
    expect(formatTsv(table)).toBe(`Token\tSurprise (bits)\n right\t0.5\n'=HYPERLINK("x")\t\na b c\t-1.25`);
  });

  it("are JSON with settings, methods and selection", () => {
    const document = JSON.parse(figuresJson([figure, figure], context)) as {
      readonly methods: unknown;
      readonly selection: { readonly text: string };
      readonly figures: readonly { readonly settings: unknown; readonly rows: unknown; readonly legend: unknown }[];
    };
    expect(document).toMatchObject({ model: "demo-6x6", program: "lvlm-interpret 0.6.0", run: "r-0142" });
    expect(document.methods).toEqual({ attention: {}, relevancy: { variant: "exact" } });
    expect(document.selection.text).toBe("right");
    expect(document.figures).toHaveLength(2);
    expect(document.figures[0]!.settings).toEqual({
      layer: 3,
      head: null,
      colorMap: "viridis",
      target: { kind: "logit" },
    });
    expect(document.figures[0]!.legend).toEqual({ unit: "share", low: "0", high: "0.97" });
    expect(document.figures[0]!.rows).toEqual(table.rows);
  });

  it("have a line of provenance with model, program, run, token, settings, unit and date", () => {
    expect(provenanceText(figure, context, figure.legend!())).toBe(
      `demo-6x6, f32 · lvlm-interpret 0.6.0 · run r-0142 · “right” · ${settingsText(figure)} · unit: share · 2026-11-25`,
    );
  });
});
