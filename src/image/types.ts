/** @file Plain data of the pictures' room. */
import type { FloatTensor } from "../tensor/tensor.ts";

/** Media types of the pictures that can be read. */
export const pictureMediaTypes = [
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/gif",
  "image/tiff",
  "image/avif",
  "image/bmp",
] as const;

/** How a picture is fitted to the vision tower's input. */
export type FitMode = "default" | "crop" | "resize" | "pad";

export const fitModes: readonly FitMode[] = ["default", "crop", "resize", "pad"];

/** Pillow's resampling filters that image processors use, by Pillow's names. */
export type ResamplingFilter = "nearest" | "bilinear" | "bicubic" | "lanczos" | "box" | "hamming";

/** 8-bit RGB pixels, [height, width, 3] row-major. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Gives row `y` of a picture, [width, 3]; the next call may write over it. */
export type RowSource = (y: number) => Uint8Array;

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle of whole pixels. */
export interface PixelRectangle extends Size {
  readonly left: number;
  readonly top: number;
}

/** What image processors of every kind have: how they resample, and how 8-bit levels become values. */
export interface LevelSettings {
  /** Name of the processor class in the checkpoint, for messages. */
  readonly processorType: string;
  readonly filter: ResamplingFilter;
  /** Factor from 8-bit levels, usually 1 / 255; null if levels are not rescaled. */
  readonly rescaleFactor: number | null;
  /** Per channel, in rescaled units; null if the processor does not normalize. */
  readonly normalize: {
    readonly mean: readonly [number, number, number];
    readonly std: readonly [number, number, number];
  } | null;
  /** Mean color of the processor even if it does not normalize: the color of padding to a square. */
  readonly imageMean: readonly [number, number, number];
}

/** A processor that makes one input of each picture, in the order resize, center crop, rescale, normalize. */
export interface WholeSettings extends LevelSettings {
  readonly kind: "whole";
  /**
   * Null if the processor does not resize. A longest edge is a limit that the short side is made smaller for; `maxWidth` and
   * `maxHeight` are what the picture is fitted into.
   */
  readonly resize:
    | { readonly shortestEdge: number; readonly longestEdge?: number }
    | Size
    | { readonly maxWidth: number; readonly maxHeight: number }
    | null;
  /** Null if the processor does not crop. */
  readonly centerCrop: Size | null;
  /** True if the processor itself pads to a square of the mean color first. */
  readonly padToSquare: boolean;
}

/**
 * How a processor cuts a picture into tiles. `resolutions`: the whole picture as one tile, then the picture in its own aspect on the one
 * of these sizes that suits it best, each of whole tiles (LLaVA-NeXT, "any resolution"). `ratio`: the picture pressed into the rows and
 * columns of tiles whose aspect is the nearest, then the whole picture as one tile if there is more than one (InternVL). `edge`: the
 * picture by its longest edge, made whole tiles, then the whole picture as one tile if there is more than one (Idefics3). `canvas`: the picture in the
 * corner of the arrangement of up to `mostTiles` that suits it best, with empty tiles behind until there are as many (Llama 3.2 Vision).
 */
export type TileCut =
  | {
      readonly by: "resolutions";
      readonly resolutions: readonly Size[];
      /** True if each of several pictures is taken as a whole, on a square of the mean color (LLaVA-OneVision). */
      readonly severalWhole: boolean;
    }
  | { readonly by: "ratio"; readonly leastTiles: number; readonly mostTiles: number }
  | {
      readonly by: "edge";
      /** What a picture is resized to first: its longest edge, or a size of its own. Null if it keeps its size. */
      readonly resize: { readonly longestEdge: number } | Size | null;
      /** Whether the picture is cut. If not, the whole picture is the one tile. */
      readonly split: boolean;
    }
  | { readonly by: "canvas"; readonly mostTiles: number };

/** A processor that gives the model a picture as square tiles. */
export interface TileSettings extends LevelSettings {
  readonly kind: "tiles";
  /** Side of a tile in pixels. */
  readonly side: number;
  readonly cut: TileCut;
}

/** A processor that keeps the picture's aspect and cuts it into a packed list of patches (Qwen2-VL). */
export interface PackedSettings extends LevelSettings {
  readonly kind: "packed";
  readonly patchSize: number;
  /** Patches per side of a block that becomes one image token. */
  readonly mergeSize: number;
  /** Frames per patch; a picture is repeated as often. */
  readonly temporalPatchSize: number;
  /** The picture's area after resizing, in pixels. */
  readonly minPixels: number;
  readonly maxPixels: number;
}

/** A processor that keeps the picture's aspect and gives it as it is, in whole squares that become image tokens (Pixtral). */
export interface NativeSettings extends LevelSettings {
  readonly kind: "native";
  /** What a larger picture is fitted into; null if every picture keeps its size. */
  readonly within: Size | null;
  /** Side of the square that becomes one image token, in pixels; the sides of a resized picture are multiples of it. */
  readonly unit: number;
}

/** What an image processor does with a picture. */
export type ProcessorSettings = WholeSettings | TileSettings | PackedSettings | NativeSettings;

/** A rectangle in pixels of the ORIGINAL picture; it may reach beyond the picture if the model sees padding. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A grid of image tokens laid over a picture. Token (row, col) covers the cell of `box` divided evenly into `rows` x `cols`;
 * `box` is in pixels of the original picture.
 */
export interface GridPlacement {
  readonly rows: number;
  readonly cols: number;
  readonly box: Box;
}

/** A picture as the model sees it, whole or as the plane that tiles are cut from: its size, and its place on the original. */
export interface PictureView extends Size {
  readonly box: Box;
}

/** Rows and columns of a grid. */
export interface GridSize {
  readonly rows: number;
  readonly cols: number;
}

/** A view that is cut into inputs of one size, row by row; one that is an input as a whole has 1 x 1 tiles. */
export interface TiledView extends PictureView {
  readonly tiles: GridSize;
}

/**
 * How a picture becomes the inputs of a vision tower.
 *
 * `whole`: one view is one input. `tiles`: the views are cut into inputs, in the order of the pixel values; `source` is the size that the
 * processor takes the picture for, which the removal of padding goes by. `packed`: one view, cut into rows x cols patches that are one
 * input. `native`: one view of any size is one input.
 */
export type PictureLayout =
  | { readonly kind: "whole"; readonly views: readonly [PictureView] }
  | { readonly kind: "native"; readonly views: readonly [PictureView] }
  | {
      readonly kind: "tiles";
      readonly views: readonly [TiledView, ...TiledView[]];
      readonly source: Size;
    }
  | {
      readonly kind: "packed";
      readonly views: readonly [PictureView];
      readonly patches: GridSize;
    };

/** A picture ready for the vision tower. */
export interface PreparedImage {
  /**
   * f32, normalized: [3, height, width] of a whole picture or one of native size, [tiles, 3, side, side] of tiles (view by view, each row by row), and
   * [patches, 3 * frames * patch size * patch size] of packed patches.
   */
  readonly pixelValues: FloatTensor;
  /** What the model sees before rescaling, one for each view. */
  readonly levels: readonly RgbImage[];
  readonly layout: PictureLayout;
}
