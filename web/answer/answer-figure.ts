/** @file The answer as a figure: its tokens as a table of all numbers, and as a drawing for exports. */
import { hexColor, mixColors } from "../../src/figure/color-map.ts";
import { dataColors } from "../../src/figure/figure-style.ts";
import { svgText } from "../../src/figure/svg-text.ts";
import { drawTokenStrip, tokenColors } from "../../src/figure/token-strip.ts";
import { escapeXml } from "../../src/figure/xml.ts";
import type { Drawing, Figure, Legend, Table } from "../figures/figure.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import { coloringLabels, scaleEnds, surprise, tintOf, valueText, type TokenValues } from "./token-values.ts";

export interface AnswerFigureInput {
  readonly run: OpenRun;
  readonly shown: TokenValues | undefined;
  /** Of each answer token, where they are known. */
  readonly attention: readonly (number | undefined)[] | undefined;
  readonly parts: readonly (number | undefined)[] | undefined;
  /** What the attention is of: "mean of all heads". */
  readonly head: string;
  readonly selected: number | null;
}

const rounded = (value: number | undefined, digits: number): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Number(value.toFixed(digits));

function answerTable({ run, shown, attention, parts }: AnswerFigureInput): Table {
  const { tokens, answer, answerTokens } = run.document.description;
  const patches = shown?.coloring === "patches" ? shown.values : undefined;
  return {
    columns: [
      { label: "Position", kind: "number" },
      { label: "Token", kind: "text" },
      { label: "Id", kind: "number" },
      { label: "Probability", kind: "number" },
      { label: "Surprise", kind: "number", unit: "bits" },
      { label: "Attention on the image", kind: "number", unit: "share" },
      { label: "Image part", kind: "number", unit: "0 text to 1 image" },
      ...(patches ? [{ label: "Selected patches", kind: "number", unit: "share" } as const] : []),
    ],
    rows: answerTokens.map(({ probability }, token) => {
      const { text, id } = tokens[answer.start + token]!;
      return [
        token + 1,
        text,
        id,
        rounded(probability, 4),
        rounded(surprise(probability), 3),
        rounded(attention?.[token], 4),
        rounded(parts?.[token], 3),
        ...(patches ? [rounded(patches[token], 4)] : []),
      ];
    }),
  };
}

const stripWidth = 640;

function answerDrawing({ run, shown, selected }: AnswerFigureInput): Drawing {
  const { tokens, answer } = run.document.description;
  const strip = drawTokenStrip(
    {
      tokens: run.layout.saidTokens.map((token) => {
        const { text } = tokens[answer.start + token]!;
        const tint = shown && tintOf(shown, shown.values[token]);
        return tint === undefined
          ? { text, share: null }
          : { text, share: tint.length, strength: tint.strength, color: tokenColors[tint.hue] };
      }),
      selected: selected === null ? null : run.layout.saidTokens.indexOf(selected),
      color: tokenColors.image,
      width: stripWidth,
    },
    svgText,
  );
  const description = run.layout.saidTokens
    .map(
      (token) =>
        `${tokens[answer.start + token]!.text.trim()} ${shown ? valueText(shown.coloring, shown.values[token]) : ""}`,
    )
    .join(", ");
  return {
    kind: "svg",
    markup: `<svg xmlns="http://www.w3.org/2000/svg" width="${strip.width}" height="${strip.height}"><title>Answer tokens</title><desc>${escapeXml(description)}</desc>${strip.svg}</svg>`,
    width: strip.width,
    height: strip.height,
  };
}

const units: Readonly<Record<TokenValues["coloring"], string>> = {
  source: "image part of exact relevancy",
  attention: "share of attention on the image",
  probability: "probability",
  surprise: "surprise in bits",
  patches: "share of attention on the selected patches",
};

const legendSteps = 16;

function answerLegend(shown: TokenValues): Legend {
  const [low, high] = scaleEnds(shown);
  const colors = Array.from({ length: legendSteps }, (_, i) => {
    const { hue, strength } = tintOf(shown, (i / (legendSteps - 1)) * (shown.max > 0 ? shown.max : 1))!;
    return hexColor(mixColors(dataColors.inset, tokenColors[hue].fill, strength));
  });
  return {
    kind: "bar",
    colors,
    low: shown.coloring === "source" ? "0, text" : low,
    high: shown.coloring === "source" ? "1, image" : high,
    unit: units[shown.coloring],
  };
}

/** The figure behind the answer strip. */
export function answerFigure(input: AnswerFigureInput): Figure {
  const { shown, head } = input;
  const ofHeads = shown?.coloring === "attention" || shown?.coloring === "patches" ? `, ${head}` : "";
  return {
    name: "answer",
    title: "Answer",
    caption: shown ? `tokens colored by ${coloringLabels[shown.coloring].toLowerCase()}${ofHeads}` : "",
    table: () => answerTable(input),
    drawing: () => answerDrawing(input),
    legend: () => (shown ? answerLegend(shown) : undefined),
    settings: () => ({ coloring: shown?.coloring, attention: head }),
    topic: "answer",
  };
}
