/** @file What a report of a run holds: plain data, written into the page as JSON. */
import type { LensCell } from "../lens-figure.ts";
import type { GridPlacement } from "../../image/types.ts";
import type { QuantizedRows } from "./quantization.ts";

/** Where attention goes, besides the image: the groups of `shares`, in order. */
export const shareGroups = ["image", "question", "earlier answer", "system prompt and template"] as const;

export interface ReportToken {
  readonly text: string;
  /** True for a stop token and other special ones. */
  readonly special: boolean;
  readonly probability: number;
  readonly alternatives: readonly { readonly text: string; readonly probability: number }[];
}

export interface ReportPicture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** A data URL, or null where the picture is in no form that browsers show. */
  readonly url: string | null;
  readonly grids: readonly GridPlacement[];
  /** Index of its first token among the image tokens of the run. */
  readonly firstToken: number;
}

/** Attention of the rows that predict the answer tokens. T answer tokens, L recorded layers, I image tokens. */
export interface ReportAttention {
  /** Numbers of the recorded layers, [L]. */
  readonly layers: readonly number[];
  readonly heads: number;
  /** The layers whose single heads are kept are layers[keptFrom] and later. */
  readonly keptFrom: number;
  /** Rows [T, L - keptFrom, heads] of I. */
  readonly perHead: QuantizedRows;
  /** Mean of the heads: rows [T, L] of I. */
  readonly mean: QuantizedRows;
  /** Base64 of floats [T, L, heads, 4]: share of attention on each of `shareGroups`. */
  readonly shares: string;
}

/** A map that has no layers or heads, such as rollout. */
export interface ReportMap {
  readonly name: string;
  /** In the menu of maps. */
  readonly label: string;
  /** What it is and how exactly it was made, for the line above the picture. */
  readonly subject: string;
  readonly detail: string;
  readonly unit: string;
  /** What of a token was explained, `logit`, `logprob` or `contrast:TOKEN`; null for maps that explain no number. */
  readonly target: string | null;
  /** Answer tokens that have a map, and words of several tokens: row i of `rows` is that of tokens[i], then of words[i - tokens.length]. */
  readonly tokens: readonly number[];
  readonly words: readonly ReportWord[];
  /** Rows [tokens, then words] of I. */
  readonly rows: QuantizedRows;
}

/** A word of the answer. */
export interface ReportWord {
  readonly text: string;
  /** Indices in the answer, ascending. */
  readonly tokens: readonly number[];
}

/** An image token that draws attention whatever is asked. */
export interface ReportSink {
  /** Index among the image tokens of the run. */
  readonly imageToken: number;
  /** How many times as much attention, and how many times the norm, as the median image token of its picture. */
  readonly shareRatio: number;
  readonly normRatio: number;
}

/** What answer tokens rest on: the share of relevancy on the image, and the strongest inputs, strongest first. */
export interface ReportEvidenceEntry extends ReportWord {
  readonly imagePart: number | null;
  readonly inputs: readonly {
    readonly label: string;
    readonly relevancy: number;
    /** Index among the image tokens, of a patch. */
    readonly imageToken: number | null;
  }[];
}

export interface ReportEvidence {
  readonly target: string;
  readonly tokens: readonly ReportEvidenceEntry[];
  readonly words: readonly ReportEvidenceEntry[];
}

/** What a report shows when it is opened. */
export interface ReportStart {
  /** Answer token, from 0. */
  readonly token: number;
  /** Name of a map of the report, or null for attention. */
  readonly map: string | null;
  /** Number of a layer; the last recorded one where it is left out. */
  readonly layer?: number;
  /** Head of that layer; the mean of all where it is left out. */
  readonly head?: number;
}

export interface ReportData {
  /** Null for the first word and the mean of the heads of the last layer. */
  readonly start: ReportStart | null;
  readonly question: string;
  readonly answer: string;
  readonly model: {
    readonly name: string;
    readonly architecture: string;
    readonly precision: string;
    readonly layers: number;
    readonly heads: number;
  };
  readonly program: string;
  readonly created: string;
  readonly tokens: readonly ReportToken[];
  readonly pictures: readonly ReportPicture[];
  readonly attention: ReportAttention | null;
  readonly maps: readonly ReportMap[];
  readonly sinks: readonly ReportSink[];
  readonly evidence: ReportEvidence | null;
  /** Logit lens: rows from the input of layer 0 to the output of the last layer, [L + 1][T]. */
  readonly lens: readonly (readonly LensCell[])[] | null;
}

/** The id of the element of the page that holds the data as JSON. */
export const reportDataElement = "report-data";
