/** @file A CLIP or SigLIP tower over squares of one size, as LLaVA and LLaVA-NeXT use it: one row of features for each patch. */
import type { VisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { GridPlacement, PictureLayout, PictureView, TiledView } from "../image/types.ts";
import { patchesPerSide } from "./blocks/patch-embedding.ts";
import { visionLayer } from "./blocks/vision-layer.ts";
import { clipVisionEmbedding } from "./clip-vision.ts";
import type { VisionDefinition } from "./definition.ts";
import type { PicturePlan, TowerInput } from "./plan.ts";
import { siglipVisionEmbedding } from "./siglip-vision.ts";
import { layerNorm, namesUnder, within } from "./weight-names.ts";

/** Layouts that transformers has saved: 4.52 to 4.57, then today's and the first published ones. */
const names = namesUnder([
  "model.vision_tower.vision_model.",
  "model.vision_tower.",
  "vision_tower.vision_model.",
  "vision_tower.",
]);

/** Features are taken before the tower's last norm and its pooling head. */
export const unreadOfTower = [
  /\.embeddings\.position_ids$/,
  /vision_tower\.(vision_model\.)?post_layernorm\.(weight|bias)$/,
  /vision_tower\.(vision_model\.)?head\./,
];

const towers = {
  clip: { embedding: clipVisionEmbedding, classToken: true },
  siglip: { embedding: siglipVisionEmbedding, classToken: false },
} as const;

/** What a configuration says of the features that it takes from the tower. */
interface FeatureChoice {
  readonly vision: VisionConfig;
  readonly visionFeatureLayer: number;
  readonly visionFeatureSelect: "default" | "full";
  /** Features are taken after the last norm of the tower. */
  readonly finalNorm?: true;
}

export interface SquareTower extends Pick<
  VisionDefinition,
  "config" | "classToken" | "featureLayer" | "embedding" | "layer"
> {
  /** Patches per side. */
  readonly side: number;
  /** Pixels per side of the input. */
  readonly pixels: number;
  /** Pixels per side that the patches cover, from the top left corner; less than the input if patches do not divide it. */
  readonly covered: number;
  /** One square as an input of the tower: its rows are the patches, row by row. */
  readonly input: TowerInput;
  /** hidden [tokens, width] -> the patches alone, [side * side, width], at the site `vision.features`. */
  features(g: GraphBuilder, hidden: Value): Value;
}

/** Throws an Error if the configuration asks for a feature selection that does not give one row per patch. */
export function squareTower({
  vision,
  visionFeatureLayer,
  visionFeatureSelect,
  finalNorm,
}: FeatureChoice): SquareTower {
  const tower = towers[vision.kind];
  const { channels, imageSize, patchSize } = vision;
  const side = patchesPerSide(vision);
  const patches = side * side;
  const before = tower.classToken ? 1 : 0;
  if ((visionFeatureSelect === "default") !== tower.classToken) {
    throw new Error(
      `config.json: vision_feature_select_strategy is "${visionFeatureSelect}", but a ${vision.kind} tower needs "${tower.classToken ? "default" : "full"}" to give one image token per patch.`,
    );
  }
  const tokens = patches + before;
  return {
    config: vision,
    classToken: tower.classToken,
    featureLayer: visionFeatureLayer < 0 ? vision.layers + 1 + visionFeatureLayer : visionFeatureLayer,
    side,
    pixels: imageSize,
    covered: side * patchSize,
    input: {
      dims: [channels, imageSize, imageSize],
      tokens,
      feeds: new Map(),
      rowTokens: Array.from({ length: patches }, (_, patch) => [before + patch]),
    },
    embedding: (g, pixels) => g.site("vision.embedding", tower.embedding(g, pixels, { config: vision, names })),
    layer: (g, hidden, { index }) => visionLayer(g, hidden, { config: vision, names, index }),
    features(g, hidden) {
      const { width, layerNormEps: epsilon } = vision;
      const ofPatches = tower.classToken ? g.slice(hidden, { axis: 0, start: 1, end: tokens }) : hidden;
      const last = { names: within(names, "post_layernorm."), width, epsilon };
      return g.site("vision.features", finalNorm === true ? layerNorm(g, ofPatches, last) : ofPatches);
    },
  };
}

/** Throws an Error unless the view has the size that `what` of the tower takes. */
export function requireView(view: PictureView, size: { readonly width: number; readonly height: number }): void {
  if (view.width === size.width && view.height === size.height) return;
  throw new Error(
    `vision: the picture becomes ${view.width} x ${view.height} pixels, but the tower takes ${size.width} x ${size.height}; prepare the picture for this model.`,
  );
}

/** The views of a layout of one kind. Throws an Error if the layout is of another. */
export function requireLayout<Kind extends PictureLayout["kind"]>(
  layout: PictureLayout,
  kind: Kind,
): Extract<PictureLayout, { kind: Kind }> {
  if (layout.kind === kind) return layout as Extract<PictureLayout, { kind: Kind }>;
  throw new Error(
    `vision: the picture was prepared as "${layout.kind}", but the model takes "${kind}"; use the processor of this model.`,
  );
}

/** A grid of patches over the part of a view that they cover. */
export function gridOfView(
  { width, height, box }: PictureView,
  covered: { readonly width: number; readonly height: number },
  { rows, cols }: { readonly rows: number; readonly cols: number },
): GridPlacement {
  const part = { ...box, width: (box.width * covered.width) / width, height: (box.height * covered.height) / height };
  return { rows, cols, box: part };
}

/** The cells of a grid, row by row. */
export function cellsOf(
  grid: number,
  { rows, cols }: Pick<GridPlacement, "rows" | "cols">,
): { grid: number; row: number; col: number }[] {
  return Array.from({ length: rows * cols }, (_, at) => ({ grid, row: Math.floor(at / cols), col: at % cols }));
}

/** The tiles of a view as views of their own, row by row. */
export function tilesOfView({ width, height, box, tiles: { rows, cols } }: TiledView): PictureView[] {
  const [across, down] = [box.width / cols, box.height / rows];
  return cellsOf(0, { rows, cols }).map(({ row, col }) => ({
    width: width / cols,
    height: height / rows,
    box: { left: box.left + col * across, top: box.top + row * down, width: across, height: down },
  }));
}

/** A square view that stands for a picture of its own size. */
export function squareView(side: number): PictureView {
  return { width: side, height: side, box: { left: 0, top: 0, width: side, height: side } };
}

/** The plan of a picture that is one square: one grid, and an image token for each patch. */
export function onePerPatch({ side, pixels, covered, input }: SquareTower, layout: PictureLayout): PicturePlan {
  const [view] = requireLayout(layout, "whole").views;
  requireView(view, { width: pixels, height: pixels });
  const grid = gridOfView(view, { width: covered, height: covered }, { rows: side, cols: side });
  return {
    inputs: [input],
    grids: [grid],
    imageTokens: cellsOf(0, grid).map((cell, row) => ({ cell, rows: [{ row, weight: 1 }] })),
    prompt: [{ imageTokens: side * side }],
  };
}
