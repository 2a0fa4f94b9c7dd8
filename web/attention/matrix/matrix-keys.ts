/** @file Which cell of the matrix a key leads to. */
import type { MatrixCell } from "./matrix-layout.ts";
import { lookUp } from "../../../src/tensor/look-up.ts";

/**
 * Arrows move by one layer or head, Home and End to the first and last head of the layer, Page keys to the first and last layer. From a mean
 * the first key chooses the first layer or head. Undefined for other keys.
 */
export function cellAfterKey(
  { layer, head }: { readonly layer: number | null; readonly head: number | null },
  key: string,
  { layers, heads }: { readonly layers: number; readonly heads: number },
): MatrixCell | undefined {
  const at = { layer: layer ?? 0, head: head ?? 0 };
  const steps: Readonly<Record<string, MatrixCell>> = {
    ArrowUp: { layer: at.layer - 1, head: at.head },
    ArrowDown: { layer: at.layer + 1, head: at.head },
    ArrowLeft: { layer: at.layer, head: at.head - 1 },
    ArrowRight: { layer: at.layer, head: at.head + 1 },
    Home: { layer: at.layer, head: 0 },
    End: { layer: at.layer, head: heads - 1 },
    PageUp: { layer: 0, head: at.head },
    PageDown: { layer: layers - 1, head: at.head },
  };
  const next = lookUp(steps, key);
  if (!next) return undefined;
  if (layer === null || head === null) return at;
  return {
    layer: Math.min(layers - 1, Math.max(0, next.layer)),
    head: Math.min(heads - 1, Math.max(0, next.head)),
  };
}
