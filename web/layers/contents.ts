/** @file What the Layers tab shows. */
import type { TabContents } from "../map/tab.ts";
import LayersTab from "./LayersTab.svelte";
import { lensMap } from "./lens-map.ts";

export const contents: TabContents = { component: LayersTab, map: lensMap };
