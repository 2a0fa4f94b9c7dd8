/** @file The map of the open tab for what is shown. */
import { attentionMap } from "../map/attention-map.ts";
import { causesMap } from "../causes/causes-map.ts";
import { compareMap } from "../compare/compare-map.ts";
import { lensMap } from "../layers/lens-map.ts";
import { relevancyMap } from "../relevancy/relevancy-map.ts";
import { maskedMap } from "../verify/masked-map.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection, TabName } from "../selection/selection.ts";
import type { PictureState, TabMap } from "../map/picture-set.ts";

const maps: Readonly<Record<TabName, TabMap>> = {
  attention: attentionMap,
  relevancy: relevancyMap,
  causes: causesMap,
  verify: maskedMap,
  layers: lensMap,
  compare: compareMap,
};

/** Asks the open tab for its map. Undefined while the map is on its way, or where no run is open. */
export function currentMap(page: {
  readonly run: OpenRun | null;
  readonly otherRun: OpenRun | null;
  readonly shown: Selection;
}): PictureState {
  if (page.run === null) return undefined;
  return maps[page.shown.tab](page.run, page.shown, page.otherRun);
}
