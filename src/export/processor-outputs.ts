/** @file What a processor of transformers returns for several pictures, by its names. */
import type { LoadedPicture } from "../explain/pictures.ts";
import type { PictureLayout } from "../image/types.ts";
import type { NamedTensor } from "../safetensors/write.ts";
import { elementCount, floatTensor, intTensor, type FloatTensor } from "../tensor/tensor.ts";

type Outputs = readonly [pixelValues: NamedTensor, ...sizes: NamedTensor[]];

/**
 * `pixel_values` of at least one picture. Of whole pictures [pictures, 3, height, width]. Of tiles [pictures, tiles, 3, side, side], with
 * zeros after a picture's last tile, and `image_sizes` [pictures, 2]: height and width. Of packed patches all one after the other,
 * [patches, numbers of a patch], and `image_grid_thw` [pictures, 3]: frames, rows and columns of patches.
 */
export function processorOutputs(pictures: readonly Pick<LoadedPicture, "pixelValues" | "layout">[]): Outputs {
  const values = pictures.map(({ pixelValues }) => pixelValues);
  const layouts = pictures.map(({ layout }) => layout);
  switch (layouts[0]!.kind) {
    case "whole":
      return [pixelValuesOf(stacked(values))];
    case "tiles":
      return [pixelValuesOf(stacked(values)), sizesOf("image_sizes", layouts, tileSize)];
    case "packed": {
      const patches = values.reduce((sum, { dims }) => sum + dims[0]!, 0);
      const joined = joinedIn([patches, values[0]!.dims[1]!], values);
      return [pixelValuesOf(joined), sizesOf("image_grid_thw", layouts, patchGrid)];
    }
  }
}

const pixelValuesOf = (tensor: FloatTensor): NamedTensor => ({ name: "pixel_values", tensor });

/** Tensors one after the other, each in the place of the longest. */
function stacked(values: readonly FloatTensor[]): FloatTensor {
  const [first] = values;
  const longest = Math.max(...values.map(({ dims }) => dims[0]!));
  return joinedIn([values.length, longest, ...first!.dims.slice(1)], values);
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

function sizesOf(
  name: string,
  layouts: readonly PictureLayout[],
  sizeOf: (layout: PictureLayout) => readonly number[],
): NamedTensor {
  const sizes = layouts.map(sizeOf);
  return { name, tensor: intTensor([sizes.length, sizes[0]!.length], Int32Array.from(sizes.flat())) };
}

function tileSize(layout: PictureLayout): readonly number[] {
  return layout.kind === "tiles" ? [layout.source.height, layout.source.width] : [];
}

function patchGrid(layout: PictureLayout): readonly number[] {
  return layout.kind === "packed" ? [1, layout.patches.rows, layout.patches.cols] : [];
}
