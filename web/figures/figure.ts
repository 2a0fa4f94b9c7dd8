/** @file What a figure of the page can do beside being seen: be read as a table, be exported, be explained. */
import type { FigureTable } from "../../src/figure/figure-table.ts";
import type { Keys } from "../../src/figure/keys.ts";
import type { Topic } from "./explanations.ts";

/** A figure as numbers: column heads with units, and rows. */
export type Table = FigureTable;

/** What a figure draws, for exports: a canvas or SVG markup, in CSS pixels. */
export type Drawing =
  | { readonly kind: "canvas"; readonly canvas: HTMLCanvasElement; readonly width: number; readonly height: number }
  | { readonly kind: "svg"; readonly markup: string; readonly width: number; readonly height: number };

/** A legend under the drawing: a color bar with its ends and unit, or colored names. */
export type Legend =
  | {
      readonly kind: "bar";
      readonly colors: readonly string[];
      readonly low: string;
      readonly high: string;
      readonly unit: string;
    }
  | (Keys & { readonly kind: "keys" });

/** A figure of a view. Functions are called when the user asks, so they may be expensive. */
export interface Figure {
  /** Part of file names, such as "layers-heads". */
  readonly name: string;
  readonly title: string;
  /** One line that says what exactly is shown: method, variant, layer, head, token. */
  readonly caption: string;
  readonly table: () => Table;
  /** Undefined where there is nothing to draw but the table. */
  readonly drawing?: () => Drawing;
  readonly legend?: () => Legend | undefined;
  /** Settings that go into the JSON export. */
  readonly settings?: () => Readonly<Record<string, unknown>>;
  /** Entry of `web/figures/explanations.ts` for *What is this?*. */
  readonly topic: Topic;
}

/** A table in the drawer, with what it is called. */
export interface TableView {
  readonly title: string;
  readonly caption: string;
  readonly table: Table;
  readonly figure: Figure;
}
