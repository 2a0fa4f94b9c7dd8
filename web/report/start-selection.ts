/** @file The selection that a report opens at. */
import type { ReportStart } from "../../src/run/report-start.ts";
import { mapOfPart, otherMaps } from "../../src/run/maps.ts";
import type { MapMethod } from "../../src/run/map-catalogue.ts";
import { defaultSelection, type Selection } from "../selection/selection.ts";

function placeOf({ method, variant, map, ...place }: ReportStart): Partial<Selection> {
  const { layer = null, head = null }: { layer?: number | null; head?: number | null } = place;
  switch (method) {
    case "attention":
      return { tab: "attention", layer, head };
    case "rollout":
      return { tab: "attention", flow: "rollout" };
    case "minimal":
      return { tab: "causes", causesShown: "verified" };
    case "flow":
      return { tab: "causes", causesShown: "verified", flowEdges: place.edges ?? defaultSelection.flowEdges };
    case "cleann":
      return { tab: "causes", causesShown: "head", causesLayer: layer, causesHead: head };
    case "lens":
      // Entry 0 of the lens is the embedding.
      return { tab: "layers", lens: "token", lensLayer: layer === null ? null : layer + 1 };
    case "relevancy":
      return { tab: "relevancy", variant: variant ?? defaultSelection.variant, part: map ?? defaultSelection.part };
    default: {
      const found = mapOfPart(method, { variant, part: map });
      const other = otherMaps.find((each) => each === found);
      return other === undefined
        ? { tab: "compare", mapMethod: (found ?? defaultSelection.mapMethod) as MapMethod }
        : { tab: "relevancy", part: other };
    }
  }
}

/** What is selected when a report is opened. */
export function startSelection(start: ReportStart): Partial<Selection> {
  const [first] = start.tokens;
  const scope = start.tokens.length > 1 ? "word" : "token";
  return {
    ...placeOf(start),
    ...(first === undefined ? {} : { tokens: start.tokens }),
    scope,
    hideSinks: start.hideSinks ?? false,
    gridChoice: start.grids ?? defaultSelection.gridChoice,
    picture: start.picture ?? 0,
  };
}
