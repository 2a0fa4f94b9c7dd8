/** @file What the Attention tab shows. */
import { attentionMap } from "../map/attention-map.ts";
import type { TabContents } from "../map/tab.ts";
import AttentionTab from "./AttentionTab.svelte";

export const contents: TabContents = { component: AttentionTab, map: attentionMap };
