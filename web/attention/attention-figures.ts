/** @file The figures of the Attention tab: captions, tables and settings. */
import { formatShare } from "../../src/figure/numbers.ts";
import type { Drawing, Figure, Legend } from "../figures/figure.ts";
import { mapLegend, scaleTop } from "../figures/map-legend.ts";
import type { ColorMapName } from "../../src/figure/color-map.ts";
import type { GroupShare } from "./group-shares.ts";
import { barsDrawing } from "../figures/bars-drawing.ts";
import { nameOfHead } from "../run/attention-source.ts";
import { largestOfAll, type RankedHead } from "./head-list.ts";

const rounded = (value: number, digits = 4): number => Number(value.toFixed(digits));

/** "Layer 3, head 5", "All heads". */
export function headTitle(layer: number | null, head: number | null): string {
  if (layer === null && head === null) return "All heads";
  const name = nameOfHead({ layer, head });
  return `${name[0]!.toUpperCase()}${name.slice(1)}`;
}

export function goesToFigure({
  layer,
  head,
  source,
  shares,
}: {
  readonly layer: number | null;
  readonly head: number | null;
  readonly source: string;
  readonly shares: readonly GroupShare[];
}): Figure {
  return {
    name: "attention-goes",
    title: headTitle(layer, head),
    caption: `where its attention goes, ${source}`,
    table: () => ({
      columns: [
        { label: "Positions", kind: "text" },
        { label: "Share", kind: "number", unit: "of 1" },
      ],
      rows: shares.map(({ label, share }) => [label, rounded(share)]),
    }),
    drawing: () =>
      barsDrawing(
        `${headTitle(layer, head)}: where its attention goes`,
        shares.map(({ label, share, paperColor }) => ({ label, value: share, color: paperColor })),
        { max: 1 },
      ),
    settings: () => ({ layer, head, source }),
    topic: "attention-goes",
  };
}

export interface MatrixFigureInput {
  readonly layers: number;
  readonly heads: number;
  readonly recorded: readonly number[];
  /** [recorded layers, heads]; undefined until they arrive. */
  readonly shares: Float32Array | undefined;
  readonly maxima: Float32Array | undefined;
  readonly source: string;
  readonly to: "image" | "question";
  readonly cells: "maps" | "means";
  readonly scale: "map" | "layer" | "all";
  readonly colorMap: ColorMapName;
  readonly drawing: () => Drawing;
}

export function matrixFigure(input: MatrixFigureInput): Figure {
  const { layers, heads, recorded, shares, maxima, source, to, cells, scale, colorMap } = input;
  const isMeans = cells === "means" || to === "question";
  const high = isMeans ? formatShare(largestOfAll(shares ?? [])) : scaleTop[scale];
  return {
    name: "layers-heads",
    title: "All layers and heads",
    caption: `${layers} layers × ${heads} heads, ${source}`,
    table: () => ({
      columns: [
        { label: "Layer", kind: "number" },
        { label: "Head", kind: "number" },
        { label: `Share on the ${to === "image" ? "picture" : "question"}`, kind: "number", unit: "of 1" },
        { label: "Largest patch", kind: "number", unit: "attention weight" },
      ],
      rows: recorded.flatMap((layer, index) =>
        Array.from({ length: heads }, (_, head) => {
          const row = index * heads + head;
          return [layer, head, rounded(shares?.[row] ?? 0), rounded(maxima?.[row] ?? 0, 5)];
        }),
      ),
    }),
    drawing: input.drawing,
    legend: () =>
      mapLegend(colorMap, { high, unit: isMeans ? `share of attention on the ${to}` : "attention weight per patch" }),
    settings: () => ({ source, to, cells: isMeans ? "means" : cells, scale, colorMap }),
    topic: "layers-heads",
  };
}

export function headsFigure({
  name,
  title,
  caption,
  ranked,
  unit,
  drawing,
  legend,
}: {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly ranked: readonly RankedHead[];
  readonly unit: string;
  readonly drawing?: () => Drawing;
  readonly legend?: () => Legend | undefined;
}): Figure {
  return {
    name,
    title,
    caption,
    table: () => ({
      columns: [
        { label: "Layer", kind: "number" },
        { label: "Head", kind: "number" },
        { label: "Share", kind: "number", unit },
      ],
      rows: ranked.map(({ layer, head, value }) => [layer, head, rounded(value)]),
    }),
    ...(drawing ? { drawing } : {}),
    ...(legend ? { legend } : {}),
    settings: () => ({ order: unit }),
    topic: "heads",
  };
}
