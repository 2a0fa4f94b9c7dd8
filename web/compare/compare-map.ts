/** @file What Compare puts on the picture, by its view. */
import type { TabMap } from "../picture/current-map.ts";
import { differenceMap } from "./difference-map.ts";
import { methodsMap } from "./methods-map.ts";

export const compareMap: TabMap = (run, shown, otherRun) =>
  shown.compareView === "runs" ? differenceMap(run, shown, otherRun) : methodsMap(run, shown);
