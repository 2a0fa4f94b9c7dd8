/** @file The tabs of Explore, in the order of the work. */
import type { TabName } from "../selection/selection.ts";

export const tabs: readonly { readonly name: TabName; readonly label: string }[] = [
  { name: "attention", label: "Attention" },
  { name: "relevancy", label: "Relevancy" },
  { name: "causes", label: "Causes" },
  { name: "verify", label: "Verify" },
  { name: "layers", label: "Layers" },
  { name: "compare", label: "Compare" },
];
