/** @file What the view of the marked object puts on the picture: the chosen head's attention, or the chosen map. */
import { attentionMap } from "../../map/attention-map.ts";
import type { TabMap } from "../../map/picture-set.ts";
import { methodsMap } from "../methods/methods-map.ts";

export const truthMap: TabMap = (run, shown) =>
  shown.layer === null ? methodsMap(run, shown) : attentionMap(run, { ...shown, flow: "raw", from: "answer" });
