/** @file What the Relevancy tab shows. */
import type { TabContents } from "../map/tab.ts";
import { relevancyMap } from "./relevancy-map.ts";
import RelevancyTab from "./RelevancyTab.svelte";

export const contents: TabContents = { component: RelevancyTab, map: relevancyMap };
