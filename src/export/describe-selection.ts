/** @file A selection in words: for figures, tables, file names and the command line. */
import { targetText } from "../figure/target-text.ts";
import { explainedBy } from "../run/explained.ts";
import { defaultGridChoice } from "../run/grids.ts";
import type { RunDescription } from "../run/types.ts";
import { mapRow, methodRow } from "../run/maps.ts";
import { mapNameOf, type MapChoice, type Selection } from "./selection.ts";
import type { Field } from "../figure/csv.ts";

/** "layer 3, head 5": which part of the model the numbers come from, and by which variant. */
export function placeText(choice: MapChoice): string {
  const { layer, head = "mean" } = choice;
  return mapRow(mapNameOf(choice))
    .place.replace("{layer}", String(layer))
    .replace("{head}", head === "mean" ? "mean of the heads" : `head ${head}`);
}

/** Which tokens it is about, and the position that they are seen from. */
export function whatText(description: RunDescription, selection: Selection): string {
  const { text, tokens } = selection.group;
  const several = tokens.length > 1;
  const many = several ? `, mean of ${tokens.length} tokens` : "";
  const { method } = selection;
  switch (methodRow(method).computation) {
    case "gradient": {
      const target = targetText(explainedBy(description, method).target, text);
      return `${target}${isPublishedWord(selection) ? `, last row of ${tokens.length} tokens' mean map` : many}`;
    }
    case "masking":
      return `drop of the probability of “${text}” without the patch${many}`;
    default:
      return method === "lens"
        ? `how likely “${text}” is at each image token${many}`
        : `from ${several ? "the positions that predict" : "the position that predicts"} “${text}”${many}`;
  }
}

/** True if the row of a word is the published tool's, whose maps grow from token to token. */
export function isPublishedWord(selection: Selection): boolean {
  return (
    selection.method === "relevancy" &&
    selection.variant === "reference" &&
    selection.map === "language" &&
    selection.group.tokens.length > 1
  );
}

/** The selection's part of a file name: ".attention.layer-5.head-4". */
export function placeName(selection: Selection): string {
  const { grids = defaultGridChoice } = selection;
  const ofGrids = grids === defaultGridChoice ? "" : `.${grids}`;
  const hidden = `${selection.hideSinks ? ".without-sinks" : ""}${ofGrids}`;
  const { method, layer, head } = selection;
  if (!methodRow(method).choices.includes("layer")) {
    const map = mapNameOf(selection);
    const { reading } = mapRow(map);
    return `.${reading.from === "rows" ? reading.tensor : map}${hidden}`;
  }
  return `.${method}.layer-${layer}${head === undefined ? "" : `.head-${head}`}${hidden}`;
}

/** The choice as fields of a table, each empty if the method has none. */
export function choiceFields(choice: MapChoice): { variant: Field; map: Field; layer: Field; head: Field } {
  const { variant = null, map = null, layer = null, head = null } = choice;
  return { variant, map, layer, head };
}
