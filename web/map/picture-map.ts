/** @file What a view puts on the picture: one number per image token, named and with its unit. */
import type { MissingMap } from "../run/recorded-map.ts";
import type { ValueRange } from "../../src/figure/color-map.ts";

export interface PictureMap {
  /** In bold: "Attention". */
  readonly subject: string;
  /** How exactly: "layer 3, head 5, from the position that predicts “right”". */
  readonly detail: string;
  /** One number per image token of the run, all pictures. */
  readonly values: Float32Array;
  /** "attention weight per patch" */
  readonly unit: string;
  /** At the right under the legend: "on the picture: 0.71 of 1". */
  readonly note?: string;
  /** Values of both signs: drawn with the diverging map, centred on 0. */
  readonly signed: boolean;
  /** Ends of the color map; from 0 to the largest shown value where it is left out. */
  readonly range?: ValueRange;
  /** How a value is written, page.md section 11. */
  readonly format: (value: number) => string;
  /** A word per image token, written on the cell where it is large enough. */
  readonly words?: readonly string[];
  /** Whether cells are smoothed by default. */
  readonly smooth: boolean;
}

/** Undefined while it is on its way. */
export type MapState = PictureMap | MissingMap | undefined;

export function isMissing(map: PictureMap | MissingMap): map is MissingMap {
  return "missing" in map;
}
