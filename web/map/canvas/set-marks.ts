/** @file Draws a set over the picture: frames in the color of a radius, hatching, and a veil over what is not in it. */
import type { Box } from "../../../src/image/types.ts";
import { themeValue } from "../../parts/theme-colors.svelte.ts";
import { hatchBox, scaledBox, strokeUnion } from "./patch-strokes.ts";
import type { PatchGeometry } from "../../../src/figure/patch-geometry.ts";
import { patchesOfSet, type PictureSet, type SetStyle } from "../picture-set.ts";

/** Colors of the theme, as canvases take them. */
export interface SetColors {
  readonly frames: Readonly<Record<Exclude<SetStyle, "masked">, string>>;
  readonly halo: string;
  readonly veil: string;
}

/** What is left out of the set is as light as the page: this share of it. */
const veilShare = 0.62;
const frameWidth = 2.5;
/** Smaller patches have no room for the number of their radius, in CSS pixels. */
const smallestNumbered = 20;
const badge = { width: 10, height: 12 } as const;

/** The colors of the theme now; a view that reads them is run again when it changes. */
export function setColors(): SetColors {
  return {
    frames: {
      radius1: themeValue("--radius-1"),
      radius2: themeValue("--radius-2"),
      radius3: themeValue("--radius-3"),
    },
    halo: themeValue("--select-halo"),
    veil: themeValue("--surface"),
  };
}

type Context = CanvasRenderingContext2D;

function frame(context: Context, { left, top, width, height }: Box, color: string, halo: string): void {
  const inset = frameWidth / 2;
  context.lineWidth = 1;
  context.strokeStyle = halo;
  const inner = frameWidth + 0.5;
  context.strokeRect(left + inner, top + inner, width - 2 * inner, height - 2 * inner);
  context.lineWidth = frameWidth;
  context.strokeStyle = color;
  context.strokeRect(left + inset, top + inset, width - 2 * inset, height - 2 * inset);
}

function number(
  context: Context,
  { left, top }: Box,
  text: string,
  colors: readonly [ground: string, ink: string],
): void {
  context.fillStyle = colors[0];
  context.fillRect(left, top, badge.width, badge.height);
  context.fillStyle = colors[1];
  context.font = "600 9px Inter, system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, left + badge.width / 2, top + badge.height / 2 + 0.5);
}

export interface SetDrawing {
  readonly set: PictureSet;
  readonly geometry: PatchGeometry;
  /** Size of the drawing in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly colors: SetColors;
}

/** Draws the set into an empty context whose unit is a CSS pixel. */
export function drawSet(context: Context, { set, geometry, width, height, colors }: SetDrawing): void {
  const scale = width / geometry.picture.width;
  const groups = patchesOfSet(set, geometry).map(({ group, tokens }) => ({
    group,
    tokens,
    boxes: tokens.map((token) => scaledBox(geometry.byToken.get(token)!.box, scale)),
  }));
  if (set.veil) {
    context.globalAlpha = veilShare;
    context.fillStyle = colors.veil;
    context.fillRect(0, 0, width, height);
    context.globalAlpha = 1;
    for (const { boxes } of groups) {
      for (const box of boxes) context.clearRect(box.left, box.top, box.width, box.height);
    }
  }
  for (const { group, tokens, boxes } of groups) {
    if (group.style === "masked") {
      for (const box of boxes) hatchBox(context, box);
      strokeUnion(context, tokens, { geometry, width, height });
      continue;
    }
    const color = colors.frames[group.style];
    for (const box of boxes) {
      frame(context, box, color, colors.halo);
      const isLarge = Math.min(box.width, box.height) >= smallestNumbered;
      if (isLarge) number(context, box, group.style.slice(-1), [color, colors.halo]);
    }
  }
}
