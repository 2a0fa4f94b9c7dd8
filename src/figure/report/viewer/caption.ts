/** @file What the picture of a report shows, in words. */
import { targetText } from "../../target-text.ts";
import { shownToken } from "../../token-strip.ts";
import type { ReportMap } from "../report-data.ts";
import type { Recording } from "./recording.ts";
import { wordOf } from "./selection.ts";
import type { Selection } from "./selection.ts";

export interface Caption {
  readonly subject: string;
  /** How exactly. */
  readonly detail: string;
  readonly unit: string;
  /** What to say where there is no map. */
  readonly missing: string;
}

/** What is drawn, and of which token or word. */
export function captionOf({ data }: Recording, selection: Selection): Caption {
  const token = shownToken(data.tokens[selection.token]?.text ?? "");
  const map = selection.map === null ? undefined : data.maps[selection.map];
  if (map) return mapCaption(map, selection, token);
  const layer = selection.layer === null ? null : data.attention?.layers[selection.layer];
  const where =
    layer === null || layer === undefined
      ? "mean of all layers and heads"
      : `layer ${layer}, ${selection.head === null ? "mean of all heads" : `head ${selection.head}`}`;
  return {
    subject: "Attention",
    detail: `${where}, from the position that predicts “${token}”`,
    unit: "attention weight per image token",
    missing: "The maps of single heads of this layer are not in this report.",
  };
}

function mapCaption(map: ReportMap, selection: Selection, token: string): Caption {
  const word = wordOf(map, selection);
  const text = word === undefined ? token : word.text;
  const what = map.target === null ? `for “${text}”` : targetText(map.target, text);
  const many = word === undefined ? "" : `, word of ${word.tokens.length} tokens`;
  return {
    subject: map.subject,
    detail: `${map.detail}, ${what}${many}`,
    unit: `${map.unit}, per image token`,
    missing: `“${token}” was not explained by this method.`,
  };
}
