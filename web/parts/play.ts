/** @file The pace of Play. */

const fewLayers = 12;

/** Milliseconds that each layer is shown. */
export function layerPause(layers: number): number {
  return layers <= fewLayers ? 600 : 220;
}

/** The layer after this one; the first after the last, and where none is chosen. */
export function nextLayer(layer: number | null, layers: number): number {
  return layer === null ? 0 : (layer + 1) % layers;
}
