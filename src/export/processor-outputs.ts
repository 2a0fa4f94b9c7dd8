/** @file What a processor of transformers returns for several pictures, by its names. */
import { aspectRatioId } from "../models/mllama-vision.ts";
import type { LoadedPicture } from "../explain/pictures.ts";
import type { PictureLayout, ProcessorSettings, Size, TileSettings } from "../image/types.ts";
import type { NamedTensor } from "../safetensors/write.ts";
import { elementCount, floatTensor, intTensor, type FloatTensor } from "../tensor/tensor.ts";

type Outputs = readonly [pixelValues: NamedTensor, ...sizes: NamedTensor[]];

/** A picture as it leaves the processor. */
type Prepared = Pick<LoadedPicture, "pixelValues" | "layout"> & { readonly runImage: Size };

/**
 * `pixel_values` of at least one picture. Of whole pictures [pictures, 3, height, width]. Of tiles [pictures, tiles, 3, side, side], with
 * zeros after a picture's last tile, and `image_sizes` [pictures, 2]: height and width; InternVL has the tiles of all pictures one after
 * the other, [tiles, 3, side, side], and no sizes; Llama 3.2 Vision [1, pictures, tiles, 3, side, side], with `aspect_ratio_ids` [1, pictures]
 * and `aspect_ratio_mask` [1, pictures, tiles]; and Idefics3 as well, [1, tiles, 3, side, side], with a `pixel_attention_mask` of ones.
 * Of packed patches all one after the other, [patches, numbers of a patch], and
 * `image_grid_thw` [pictures, 3]: frames, rows and columns of patches. Of pictures of native size [pictures, 3, height, width] of the
 * largest sides, with zeros below and on the right, and `image_sizes`.
 */
export function processorOutputs(pictures: readonly Prepared[], settings: ProcessorSettings): Outputs {
  const values = pictures.map(({ pixelValues }) => pixelValues);
  const layouts = pictures.map(({ layout }) => layout);
  switch (settings.kind) {
    case "whole":
      return [pixelValuesOf(stacked(values))];
    case "tiles":
      return tileOutputs(pictures, settings);
    case "native":
      return [
        pixelValuesOf(padded(values)),
        sizesOf(
          "image_sizes",
          values.map(({ dims }) => dims.slice(1)),
        ),
      ];
    case "packed":
      return [pixelValuesOf(oneAfterOther(values)), sizesOf("image_grid_thw", layouts.map(patchGrid))];
  }
}

function tileOutputs(pictures: readonly Prepared[], { cut }: TileSettings): Outputs {
  // A whole picture is one tile.
  const tiles = pictures.map(({ pixelValues: { dims, data } }) =>
    floatTensor(dims.length === 3 ? [1, ...dims] : dims, data),
  );
  switch (cut.by) {
    case "resolutions": {
      const sizes = pictures.map(({ layout, runImage }) => (layout.kind === "tiles" ? layout.source : runImage));
      return [
        pixelValuesOf(stacked(tiles)),
        sizesOf(
          "image_sizes",
          sizes.map(({ width, height }) => [height, width]),
        ),
        ...(cut.severalWhole
          ? [{ name: "batch_num_images", tensor: intTensor([1], Int32Array.of(pictures.length)) }]
          : []),
      ];
    }
    case "ratio":
      return [pixelValuesOf(oneAfterOther(tiles))];
    case "canvas":
      return canvasOutputs(pictures, stacked(tiles), cut.mostTiles);
    case "edge": {
      const { dims, data } = oneAfterOther(tiles);
      const [count, , height, width] = dims as [number, number, number, number];
      const mask = intTensor([1, count, height, width], new Int32Array(count * height * width).fill(1));
      return [pixelValuesOf(floatTensor([1, ...dims], data)), { name: "pixel_attention_mask", tensor: mask }];
    }
  }
}

function canvasOutputs(pictures: readonly Prepared[], { dims, data }: FloatTensor, mostTiles: number): Outputs {
  const arranged = pictures.flatMap(({ layout }) => (layout.kind === "tiles" ? [layout.views[0].tiles] : []));
  const mask = intTensor([1, pictures.length, mostTiles]);
  for (const [picture, { rows, cols }] of arranged.entries()) {
    mask.data.fill(1, picture * mostTiles, picture * mostTiles + rows * cols);
  }
  const ids = Int32Array.from(arranged, (tiles) => aspectRatioId(tiles, mostTiles));
  return [
    pixelValuesOf(floatTensor([1, ...dims], data)),
    { name: "aspect_ratio_ids", tensor: intTensor([1, pictures.length], ids) },
    { name: "aspect_ratio_mask", tensor: mask },
  ];
}

const pixelValuesOf = (tensor: FloatTensor): NamedTensor => ({ name: "pixel_values", tensor });

/** Pictures [channels, height, width] in the top left corners of places of one size, zeros around. */
function padded(values: readonly FloatTensor[]): FloatTensor {
  const [height, width] = [1, 2].map((axis) => Math.max(...values.map(({ dims }) => dims[axis]!))) as [number, number];
  const channels = values[0]!.dims[0]!;
  const result = floatTensor([values.length, channels, height, width]);
  for (const [picture, { dims, data }] of values.entries()) {
    const [, rows, cols] = dims as [number, number, number];
    for (let row = 0; row < channels * rows; row++) {
      const place = (picture * channels + Math.floor(row / rows)) * height + (row % rows);
      result.data.set(data.subarray(row * cols, (row + 1) * cols), place * width);
    }
  }
  return result;
}

/** Tensors one after the other, each in the place of the longest. */
function stacked(values: readonly FloatTensor[]): FloatTensor {
  const [first] = values;
  const longest = Math.max(...values.map(({ dims }) => dims[0]!));
  return joinedIn([values.length, longest, ...first!.dims.slice(1)], values);
}

/** Tensors joined along their first axis. */
function oneAfterOther(values: readonly FloatTensor[]): FloatTensor {
  const length = values.reduce((sum, { dims }) => sum + dims[0]!, 0);
  return joinedIn([length, ...values[0]!.dims.slice(1)], values);
}

function joinedIn(dims: readonly number[], values: readonly FloatTensor[]): FloatTensor {
  const joined = floatTensor(dims);
  const place = dims.length > values[0]!.dims.length ? elementCount(dims) / values.length : undefined;
  let at = 0;
  for (const { data } of values) {
    joined.data.set(data, at);
    at += place ?? data.length;
  }
  return joined;
}

function sizesOf(name: string, sizes: readonly (readonly number[])[]): NamedTensor {
  return { name, tensor: intTensor([sizes.length, sizes[0]!.length], Int32Array.from(sizes.flat())) };
}

function patchGrid(layout: PictureLayout): readonly number[] {
  return layout.kind === "packed" ? [1, layout.patches.rows, layout.patches.cols] : [];
}
