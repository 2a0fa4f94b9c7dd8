/** @file The run: everything recorded of one question, as the run file holds it (docs/run-file.md). */
import type { Tensor } from "../tensor/tensor.ts";
import type { Box, FitMode, GridPlacement } from "../image/types.ts";
import type { CausalGraphFinding } from "./causes.ts";
import type { DecisiveReason } from "./decisive-reasons.ts";
import type { MeasureResult } from "./measures.ts";
import type { editTools, messageRoles } from "./question-limits.ts";

export const runFormat = 2;

export type TokenRole = "bos" | "system" | "template" | "question" | "image" | "answer" | "special";

export interface RunToken {
  readonly id: number;
  /** The text the token stands for, word-start marks as spaces; a lone byte of a split character is written "\xNN". */
  readonly text: string;
  readonly role: TokenRole;
  /** Index of the conversation turn, from 0; a turn is a user message with the answer that follows. */
  readonly turn: number;
  /** Image tokens only: index of the picture, and the row and column in its grid. */
  readonly image?: number;
  readonly row?: number;
  readonly col?: number;
}

/**
 * An image token that only cross-attention reads. Such tokens stand behind the sequence on the key axis: key N + m of the N tokens of a
 * sequence is memory token m.
 */
export interface RunMemoryToken {
  /** Index of the picture, and the row and column in its grid; a token without a cell has no row and no column. */
  readonly image: number;
  readonly row?: number;
  readonly col?: number;
}

/** One step of an edit, in pixels of the original picture: what was done, and its place, in the order of doing. */
export interface EditStep {
  readonly tool: (typeof editTools)[number];
  /** Crop, fill and blur: the region. */
  readonly box?: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** Pen and eraser: the stroke's points as x, y, x, y, ... */
  readonly points?: readonly number[];
  /** Pen and eraser: diameter. Blur: standard deviation. */
  readonly size?: number;
  /** Pen and fill: "#rrggbb". */
  readonly color?: string;
  /** Stretch, always the first step: the stored samples, of more than 8 bits, that become black and white. */
  readonly range?: { readonly low: number; readonly high: number };
}

/** The picture as the model sees it once: its size and place, how it is cut into inputs, and which grids show it. */
export interface RunView {
  readonly width: number;
  readonly height: number;
  /** In pixels of the picture that was asked about; it may reach beyond. */
  readonly box: Box;
  /** Inputs of one size, row by row; 1 x 1 if the view is one input. */
  readonly tiles: { readonly rows: number; readonly cols: number };
  /** Indices of the grids whose image tokens are made of it, ascending: one for all tiles together, or one a tile. */
  readonly grids: readonly number[];
}

export interface RunImage {
  /** Name of the picture's file, without folders. */
  readonly name: string;
  /** MIME type of the bytes in `image.K`. */
  readonly mediaType: string;
  /** Size in pixels of the picture that was asked about (the edited one if it was edited), after its EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly fit: FitMode;
  /** Size of the vision tower's input in pixels. */
  readonly inputWidth: number;
  readonly inputHeight: number;
  /** The grids of image tokens on the picture that was asked about, in the order of the tokens; one if the model does not tile. */
  readonly grids: readonly GridPlacement[];
  /** What the inputs of the tower were cut from, in the order of the inputs; left out if the picture is one input. */
  readonly views?: readonly RunView[];
  /** The steps that made `image.K.edited` of `image.K`; left out if the picture was not edited. The grids lie on the edited picture. */
  readonly edits?: readonly EditStep[];
}

export interface Alternative {
  readonly id: number;
  readonly text: string;
  readonly probability: number;
}

/** One generated token: its probability under the model and the five best tokens at its position, itself included if it is among them. */
interface AnswerToken {
  readonly probability: number;
  /** Raw logit of the token. */
  readonly logit: number;
  readonly alternatives: readonly Alternative[];
}

/** The word that decides an answer, found from the run itself (`decisiveWord` in findings/decisive-word.ts). */
export interface DecisiveWord {
  /** Index of its first token in the answer, from 0. */
  readonly index: number;
  /** The word, without the punctuation that touches it. */
  readonly text: string;
  readonly reason: DecisiveReason;
}

/** The sampling that a question asks for. */
export interface AskedSampling {
  readonly maxNewTokens: number;
  /** 0 leaves it to the model's files. */
  readonly minNewTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** 0 is off. */
  readonly topK: number;
  readonly seed: number;
  /** If it is "checkpoint", temperature and filters are those of the model's files. */
  readonly source?: "checkpoint";
}

/** How tokens are drawn; docs/generation.md has the order of the filters. */
export interface SamplingValues extends Pick<AskedSampling, "temperature" | "topP" | "topK"> {
  readonly topH?: number;
  readonly minP?: number;
  readonly typicalP?: number;
  readonly epsilonCutoff?: number;
  readonly etaCutoff?: number;
}

/** The sampling of an answer; a checkpoint's own may have more filters than a question can ask for. */
export interface RunSampling extends AskedSampling, SamplingValues {}

export type RunMessage = {
  readonly role: (typeof messageRoles)[number];
  readonly content: readonly ({ readonly type: "text"; readonly text: string } | { readonly type: "image" })[];
};

/** The JSON of a run: everything but the tensors. */
export interface RunDescription {
  readonly format: typeof runFormat;
  /** What the user calls the run; left out if it has no name. */
  readonly name?: string;
  /** Version of the program that wrote the run. */
  readonly program: string;
  readonly model: {
    readonly name: string;
    readonly architecture: string;
    readonly sha256: { readonly config: string; readonly index: string };
    readonly precision: "f32" | "f16";
    readonly languageLayers: number;
    readonly languageHeads: number;
    readonly visionLayers: number;
    readonly visionHeads: number;
    /** True if the vision tower puts a class token before the patches: row and column 0 of its attention. */
    readonly visionClassToken: boolean;
  };
  /** The conversation, or null if a raw prompt was given. */
  readonly messages: readonly RunMessage[] | null;
  /** The rendered prompt before image tokens are expanded. */
  readonly prompt: string;
  readonly answerText: string;
  readonly sampling: RunSampling;
  /** What of the model's generation_config.json the answer followed, by the names there; left out if nothing had an effect. */
  readonly generation?: Readonly<Record<string, unknown>>;
  readonly tokens: readonly RunToken[];
  /** None if the model has no cross-attention. */
  readonly memory: readonly RunMemoryToken[];
  readonly images: readonly RunImage[];
  /** Answer tokens are tokens[start] to tokens[end - 1]; token i is predicted at position i - 1. */
  readonly answer: { readonly start: number; readonly end: number };
  /** One entry per answer token. */
  readonly answerTokens: readonly AnswerToken[];
  /** The word that carries what was asked; left out in older runs, and if there is no answer token. */
  readonly decisive?: DecisiveWord;
  /** True if generation ended by itself with a stop token. */
  readonly stopped: boolean;
  readonly record: "default" | "full";
  /** True for the run of a report: attention is rounded, so that no causal graph is learned from it. */
  readonly rounded?: true;
  /** Methods computed, each with its parameters. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Causal graphs, in the order of token, layer and head; the marks of each are the tensor `causal.LAYER.HEAD.TOKEN.marks`. */
  readonly causes?: readonly Omit<CausalGraphFinding, "marks">[];
  /** What was measured by asking the model again, oldest first. */
  readonly measures?: readonly MeasureResult[];
  /** What the model's files disagree on and what of them was not used, a sentence each; left out if there is nothing. */
  readonly warnings?: readonly string[];
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
  /** ISO 8601 time. */
  readonly created: string;
}

/** An opened run. `tensor` reads one tensor on demand; a run is never loaded whole. */
export interface Run {
  readonly description: RunDescription;
  /** Names and shapes of every tensor in the run. */
  readonly tensors: ReadonlyMap<string, { readonly dims: readonly number[]; readonly type: Tensor["type"] }>;
  /** Reads one whole tensor. Throws an Error if the run has none of this name, naming it. */
  tensor(name: string): Promise<Tensor>;
  /**
   * Reads only entries [start, end) along the first axis of a tensor, or along the axis after those that `within` fixes: of
   * [heads, queries, N], `{ within: [h], start: q, end: q + 1 }` reads one row of one head, as [1, N].
   */
  slice(name: string, range: SliceRange): Promise<Tensor>;
}

export interface SliceRange {
  readonly start: number;
  readonly end: number;
  /** Indices on the leading axes; none by default. */
  readonly within?: readonly number[];
}
