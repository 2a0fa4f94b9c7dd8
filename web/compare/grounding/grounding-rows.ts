/** @file The grounding score by word, as its view and its table show it. */
import { groundingOfWords, spreadOfParts } from "../../../src/methods/grounding/word-grounding.ts";
import { exactRelevancyRows } from "../../../src/run/maps.ts";
import {
  resultsOf,
  type GroundingParts,
  type GroundingResult,
  type MeasureResult,
  type PlaceResult,
} from "../../../src/run/measures.ts";
import type { RunDescription } from "../../../src/run/types.ts";
import type { ComputeRequest } from "../../../src/server/api.ts";
import type { Table } from "../../figures/figure.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";

/** The parts in the order of the score, as columns. */
export const groundingParts: readonly {
  readonly part: keyof GroundingParts;
  readonly label: string;
  readonly title: string;
}[] = [
  {
    part: "attention",
    label: "Attention on the image",
    title: "Share of attention on the image without sinks, mean of all layers and heads, 0 to 1",
  },
  { part: "relevancy", label: "Image part of relevancy", title: "Image part of exact relevancy, 0 to 1" },
  {
    part: "blank",
    label: "Change without the picture",
    title: "Total variation between the token’s distributions with the picture and with its mean color, 0 to 1",
  },
  {
    part: "others",
    label: "Change with other pictures",
    title: "Total variation between the token’s distributions with the picture and with other pictures, mean, 0 to 1",
  },
];

/** Parts that lie further apart than this disagree. */
const disagreement = 0.5;

export interface GroundingRow {
  readonly text: string;
  readonly tokens: readonly number[];
  /** Undefined until it was measured. */
  readonly score: number | undefined;
  readonly parts: GroundingParts | undefined;
  readonly disagrees: boolean;
  /** The newest test of a place that found the answer to depend on another one. */
  readonly wrongPlace: PlaceResult | undefined;
}

/** The newest grounding that was measured. */
export function newestGrounding(measures: readonly MeasureResult[] | undefined): GroundingResult | undefined {
  return resultsOf(measures, "grounding").at(-1);
}

/** The newest test of a place of each token, where it says that the image matters, but not this place. */
function wrongPlaceOf(
  measures: readonly MeasureResult[] | undefined,
  tokens: readonly number[],
): PlaceResult | undefined {
  const places = resultsOf(measures, "place");
  return tokens
    .flatMap((token) => places.findLast(({ request }) => request.token === token) ?? [])
    .find(({ verdict }) => verdict === "wrong-place");
}

/** A row for each word of the answer. */
export function groundingRows(description: Pick<RunDescription, "tokens" | "answer" | "measures">): GroundingRow[] {
  const { measures } = description;
  return groundingOfWords(description, newestGrounding(measures)?.tokens).map(({ text, tokens, grounding }) => ({
    text,
    tokens,
    score: grounding?.score,
    parts: grounding?.parts,
    disagrees: grounding !== undefined && spreadOfParts(grounding.parts) > disagreement,
    wrongPlace: wrongPlaceOf(measures, tokens),
  }));
}

/** What a row says beside its numbers; "" where there is nothing to say. */
export function rowNote({ disagrees, wrongPlace }: Pick<GroundingRow, "disagrees" | "wrongPlace">): string {
  return [...(wrongPlace ? ["image, but the wrong place"] : []), ...(disagrees ? ["parts disagree"] : [])].join("; ");
}

/** What is said under the rows of parts that lie far apart; "" where none do. */
export function disagreementText(rows: readonly GroundingRow[]): string {
  const words = rows.filter(({ disagrees }) => disagrees).length;
  if (words === 0) return "";
  return `In ${words === 1 ? "one word" : `${words} words`} the ticks lie more than ${disagreement} apart: the parts disagree, and the score says little.`;
}

/** What the run lacks that the score is read off; undefined where it has all. */
export function neededFirst(
  run: Pick<OpenRun, "has" | "attentionLayers" | "document">,
): { readonly missing: string; readonly request: ComputeRequest } | undefined {
  const hasAttention = run.attentionLayers.length === run.document.description.model.languageLayers;
  const hasRelevancy = run.has(exactRelevancyRows);
  if (hasAttention && hasRelevancy) return undefined;
  const lacks = [...(hasAttention ? [] : ["attention"]), ...(hasRelevancy ? [] : ["exact relevancy"])];
  return {
    missing: `The score needs ${lacks.join(" and ")} of this answer, which ${lacks.length === 1 ? "was" : "were"} not computed.`,
    request: {
      methods: [...(hasAttention ? [] : (["attention"] as const)), ...(hasRelevancy ? [] : (["relevancy"] as const))],
      ...(hasRelevancy ? {} : { variants: ["exact"] as const }),
    },
  };
}

export function groundingTable(rows: readonly GroundingRow[]): Table {
  return {
    columns: [
      { label: "Word", kind: "text" },
      { label: "Score", kind: "number", unit: "0 to 1" },
      ...groundingParts.map(({ label }) => ({ label, kind: "number", unit: "0 to 1" }) as const),
      { label: "Note", kind: "text" },
    ],
    rows: rows.map((row) => [
      row.text,
      row.score ?? null,
      ...groundingParts.map(({ part }) => row.parts?.[part] ?? null),
      rowNote(row),
    ]),
  };
}
