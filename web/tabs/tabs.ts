/** @file The tabs of Explore. */
import { attentionTab } from "../attention/tab.ts";
import { causesTab } from "../causes/tab.ts";
import { compareTab } from "../compare/tab.ts";
import { layersTab } from "../layers/tab.ts";
import type { Tab } from "../map/tab.ts";
import { relevancyTab } from "../relevancy/tab.ts";
import type { TabName } from "../selection/selection.ts";
import { verifyTab } from "../verify/tab.ts";

/** In the order of `tabNames`. */
export const tabs: Readonly<Record<TabName, Tab>> = {
  attention: attentionTab,
  relevancy: relevancyTab,
  causes: causesTab,
  verify: verifyTab,
  layers: layersTab,
  compare: compareTab,
};
