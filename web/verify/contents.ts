/** @file What the Verify tab shows. */
import type { TabContents } from "../map/tab.ts";
import { maskedMap, maskedPositions } from "./masked-map.ts";
import VerifyTab from "./VerifyTab.svelte";

export const contents: TabContents = {
  component: VerifyTab,
  map: maskedMap,
  marks(run, shown) {
    const masked = maskedPositions(run, shown);
    return masked && { masked };
  },
};
