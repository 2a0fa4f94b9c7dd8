/** @file What the Causes tab puts on the picture. */
import type { TabMap } from "../picture/current-map.ts";

export const causesMap: TabMap = () => undefined;
