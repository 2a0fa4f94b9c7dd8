/** @file What Compare puts on the picture, by its view. */
import type { TabMap } from "../map/picture-set.ts";
import { methodsMap } from "./methods/methods-map.ts";
import { truthMap } from "./truth/truth-map.ts";
import { differenceMap } from "./two-runs/difference-map.ts";

export const compareMap: TabMap = (run, shown, otherRun) =>
  shown.compareView === "runs"
    ? differenceMap(run, shown, otherRun)
    : shown.compareView === "truth"
      ? truthMap(run, shown, otherRun)
      : methodsMap(run, shown);
