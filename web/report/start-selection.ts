/** @file The selection that a report opens at. */
import type { ReportStart } from "../../src/run/report-start.ts";
import type { RelevancyPart, Selection, Variant } from "../selection/selection.ts";

const parts: Readonly<Record<string, RelevancyPart>> = {
  "gradient-rollout": "gradient-rollout",
  "grad-cam": "grad-cam",
};

function placeOf({ method, variant, map, ...place }: ReportStart): Partial<Selection> {
  const { layer = null, head = null }: { layer?: number | null; head?: number | null } = place;
  switch (method) {
    case "attention":
      return { tab: "attention", layer, head };
    case "rollout":
      return { tab: "attention", flow: "rollout" };
    case "lens":
      // Entry 0 of the lens is the embedding.
      return { tab: "layers", lens: "token", lensLayer: layer === null ? null : layer + 1 };
    case "relevancy":
      return { tab: "relevancy", variant: variant as Variant, part: map as RelevancyPart };
    case "lrp":
      return { tab: "relevancy", part: map === "vision" ? "lrp-vision" : "lrp" };
    default:
      return { tab: "relevancy", part: parts[method] ?? "language" };
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
    picture: start.picture ?? 0,
  };
}
