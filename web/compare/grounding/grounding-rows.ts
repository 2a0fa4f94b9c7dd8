/** @file The grounding score by word, as its view and its table show it. */
import { groundingOfWords, spreadOfParts, type Grounding } from "../../../src/methods/grounding/word-grounding.ts";
import { resultsOf, type GroundingResult, type MeasureResult, type PlaceResult } from "../../../src/run/measures.ts";
import type { RunDescription } from "../../../src/run/types.ts";
import type { Table } from "../../figures/figure.ts";

/** The parts of the score, as columns. */
export const groundingParts: readonly {
  readonly part: "blank" | "others" | "logits" | "odds" | "necessity";
  readonly label: string;
  readonly title: string;
}[] = [
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
  {
    part: "logits",
    label: "Logits moved",
    title: "How far all logits move with other pictures, root mean square in nats x, as x / (1 + x), 0 to 1",
  },
  {
    part: "odds",
    label: "Odds lost",
    title: "Largest fall of the token’s log-odds with another picture, in nats x, as x / (1 + x), 0 to 1",
  },
  {
    part: "necessity",
    label: "Verified causes",
    title:
      "Largest necessity of a set of patches that was confirmed as a minimal cause, 0 to 1; empty if none was searched",
  },
];

type GroundingParts = Grounding["parts"];
type Agreement = NonNullable<Grounding["agrees"]>;

/** Parts that lie further apart than this disagree. */
const disagreement = 0.5;

export interface GroundingRow {
  readonly text: string;
  readonly tokens: readonly number[];
  /** Undefined until it was measured. */
  readonly score: number | undefined;
  readonly parts: GroundingParts | undefined;
  /** How far the word agrees with the picture, another question than the score's; undefined if it is not known. */
  readonly agrees: Agreement | undefined;
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
    agrees: grounding?.agrees ?? undefined,
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

export function groundingTable(rows: readonly GroundingRow[]): Table {
  return {
    columns: [
      { label: "Word", kind: "text" },
      { label: "Depends on the picture", kind: "number", unit: "0 to 1" },
      ...groundingParts.map(({ label }) => ({ label, kind: "number", unit: "0 to 1" }) as const),
      { label: "Agrees with the picture", kind: "number", unit: "0 to 1" },
      { label: "Nearest patches", kind: "number", unit: "cosine" },
      { label: "Mean patch", kind: "number", unit: "cosine" },
      { label: "Note", kind: "text" },
    ],
    rows: rows.map((row) => [
      row.text,
      row.score ?? null,
      ...groundingParts.map(({ part }) => row.parts?.[part] ?? null),
      row.agrees?.score ?? null,
      row.agrees?.local ?? null,
      row.agrees?.whole ?? null,
      rowNote(row),
    ]),
  };
}
