/**
 * @file What the engine asks of an architecture: its parts as functions over a graph builder, and the sizes around them.
 * Each function adds operators to the graph it is handed; the engine decides which parts go into one session.
 */
import type {
  LanguageConfig,
  MllamaVisionConfig,
  PackedVisionConfig,
  PixtralVisionConfig,
  VisionConfig,
} from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { PictureLayout } from "../image/types.ts";
import type { Attend } from "./blocks/attention.ts";
import type { CachePosition } from "./blocks/cached-attention.ts";
import type { CutEdges } from "./blocks/cut-edges.ts";
import type { PicturePlan, PlannedPrompt, SequencePlan, TowerInput } from "./plan.ts";

export interface LayerInputs {
  readonly index: number;
  /** Cosines and sines, each [rows, 1, headWidth / 2]. */
  readonly rotary: { readonly cos: Value; readonly sin: Value };
  /** Added to the attention scores, [query, key]. */
  readonly mask: Value;
  /** The context of each head is multiplied by it before the output projection, [heads, 1] or [rows, heads, 1]; left out if all are kept. */
  readonly headScale?: Value;
  /** Added to the scaled context, [rows, heads * headWidth]: what takes the place of heads that are multiplied by 0; left out without any. */
  readonly headContext?: Value;
  /** Given to layers that read memory in place of the sequence, if there is any; the mask is [query, memory token] then. */
  readonly memory?: MemoryInputs;
  /** Edges that the attention loses, of keys as the mask has them; left out if it loses none. */
  readonly edges?: CutEdges;
  /** What the layer's attention is computed by; `attention` if left out. */
  readonly attend?: Attend;
}

/** What a layer that reads memory must know of its rows, each [rows, 1]. */
export interface MemoryRows {
  /** 1 if the row sees a picture, else 0. */
  readonly sees: Value;
  /** 0 if an intervention masks every memory token that the row reads, else 1. */
  readonly reads: Value;
}

interface MemoryInputs extends MemoryRows {
  /** [memory tokens, width] */
  readonly states: Value;
}

export interface CachedLayerInputs extends Omit<LayerInputs, "mask" | "memory" | "edges" | "headContext" | "attend"> {
  readonly pastKey: Value;
  readonly pastValue: Value;
  readonly position: CachePosition;
  /** Added to the attention scores, [1, 1 or heads, new rows, all rows so far]; what follows a row is hidden with and without it. */
  readonly attentionBias?: Value;
}

/**
 * Of rows that read each other behind what was recorded: the mask is [rows, recorded positions + rows], and edges have [kvHeads, heads of
 * each] or [1, 1] in the place of the heads. A layer that reads memory has both as ever, and reads the memory alone.
 */
export interface PartLayerInputs extends Omit<LayerInputs, "memory" | "headContext" | "attend"> {
  readonly memory?: MemoryRows;
  /** Indices of the rows that are wanted of a layer that reads the sequence, i64; all if left out. The others are keys alone. */
  readonly only?: Value;
  /** Keys and values of the first positions of the sequence, or of the memory, [recorded positions, kvHeads, headWidth]. */
  readonly pastKey: Value;
  readonly pastValue: Value;
}

interface RowLayerInputs extends Omit<LayerInputs, "memory" | "edges" | "headContext" | "attend"> {
  readonly memory?: MemoryRows & Pick<LayerInputs, "edges">;
  /** Keys and values of the whole sequence, or of the memory, as the traced layer recorded them, [positions, kvHeads, headWidth]. */
  readonly pastKey: Value;
  readonly pastValue: Value;
}

/** Gives an input of the graph that the plan has a tensor for, by its name; the same value each time. */
export type FeedOf = (name: string) => Value;

export interface ProjectionInputs {
  /** The hidden states of `earlierStates`, in their order. */
  readonly earlier: readonly Value[];
  readonly feed: FeedOf;
  /** Shape of the pixel values of the input, as its plan has it. */
  readonly pixelDims: TowerInput["dims"];
}

/** Further rows of the tower, which are added to the image tokens behind a layer of the language model (DeepStack, arXiv 2406.04334). */
export interface FeatureAddition {
  /** Index of the tower's hidden state that it reads, as of `featureLayer` and not beyond it. */
  readonly state: number;
  /** Index of the language model's layer to whose output the rows are added. */
  readonly layer: number;
  /** hidden [tokens, width] -> the rows of `projection`, [rows, width of the language model]. */
  readonly projection: (g: GraphBuilder, hidden: Value) => Value;
}

export interface VisionDefinition {
  /** Sizes that every tower has. */
  readonly config: Pick<
    VisionConfig | PackedVisionConfig | MllamaVisionConfig | PixtralVisionConfig,
    "width" | "layers" | "heads" | "intermediate"
  >;
  /** True if a class token stands before the patches in every hidden state and attention map. */
  readonly classToken: boolean;
  /** Index of the hidden state that the projector reads: 0 is the input of the first layer, `layers` the output of the last. */
  readonly featureLayer: number;
  /** Further hidden states that the projector reads, by the same count; none if left out. */
  readonly earlierStates?: readonly number[];
  /** The smallest layout of a picture that the model takes. */
  readonly smallest: PictureLayout;
  /** Sizes of everything that depends on the picture. Throws an Error if the model does not take pictures of this layout. */
  plan(layout: PictureLayout): PicturePlan;
  /** Pixel values of one input, in the shape of its plan -> hidden [tokens, width]. */
  embedding(g: GraphBuilder, pixels: Value, feed: FeedOf): Value;
  /**
   * hidden [tokens, width] -> [tokens, width], with the sites `vision.layers.L.attention.probs` and `.residual`. Probabilities are [heads,
   * query, key], or [heads, windows, query, key] of a layer that attends within the windows of the plan.
   */
  layer(g: GraphBuilder, hidden: Value, inputs: { readonly index: number; readonly feed: FeedOf }): Value;
  /**
   * hidden state `featureLayer` [tokens, width] -> [rows, width of the language model], with the sites `vision.features` (what enters
   * the projector) and `projector.output`. The plan says which rows become which image token.
   */
  projection(g: GraphBuilder, hidden: Value, inputs: ProjectionInputs): Value;
  /** In the order of their layers; left out without any. */
  readonly additions?: readonly FeatureAddition[];
  /** Rows that the model learned for image tokens without patches, [learned rows, width of the language model]; left out without any. */
  readonly learnedRows?: (g: GraphBuilder) => Value;
}

export interface LanguageDefinition {
  readonly config: LanguageConfig;
  /** Names that the embeddings and the output head have in the files. */
  readonly embeddingNames: readonly string[];
  readonly headNames: readonly string[];
  /** Positions, rotary tables and masks of a prompt and its answer. */
  plan(prompt: PlannedPrompt): SequencePlan;
  /** ids [rows] i64 -> [rows, width] */
  embedding(g: GraphBuilder, ids: Value): Value;
  /**
   * hidden [rows, width] -> [rows, width], with the sites `language.layers.L.attention.probs`, `.key`, `.value`, `.context` (of all heads as
   * attention gives it, [rows, heads * headWidth]) and `language.layers.L.residual`.
   */
  layer(g: GraphBuilder, hidden: Value, inputs: LayerInputs): Value;
  /**
   * The same mathematics for some rows alone, over recorded keys and values: hidden [rows, width] -> [rows, width]. The mask is
   * [rows, positions], the site `language.layers.L.attention.probs` is [heads, rows, positions + 1] with the row's own position last. A
   * layer that reads memory has no key of the row's own.
   */
  rowLayer(g: GraphBuilder, hidden: Value, inputs: RowLayerInputs): Value;
  /** The same mathematics for rows over recorded keys and values and over each other: hidden [rows, width] -> [wanted rows, width]; no sites. */
  partLayer(g: GraphBuilder, hidden: Value, inputs: PartLayerInputs): Value;
  /** The same mathematics over a cache, for generation; no sites. */
  cachedLayer(
    g: GraphBuilder,
    hidden: Value,
    inputs: CachedLayerInputs,
  ): { hidden: Value; presentKey: Value; presentValue: Value };
  /** memory [memory tokens, width] -> keys and values of a layer that reads memory, [memory tokens, kvHeads, headWidth]. */
  readonly memoryKeys?: (
    g: GraphBuilder,
    memory: Value,
    index: number,
  ) => { readonly key: Value; readonly value: Value };
  /** The norm before the head, [rows, width] -> [rows, width]. */
  finalNorm(g: GraphBuilder, hidden: Value): Value;
  /** Normalized hidden [rows, width] -> logits [rows, vocabulary], or with ids [count] i64 only those, [rows, count]. */
  head(g: GraphBuilder, normed: Value, ids?: Value): Value;
  /** Normalized hidden [rows, width] and ids [rows] i64 -> the logit of one id in each row, [rows]. */
  headOfRows(g: GraphBuilder, normed: Value, ids: Value): Value;
}

export interface ModelDefinition {
  readonly architecture: string;
  readonly vision: VisionDefinition;
  readonly language: LanguageDefinition;
  /** The id that stands for one image token in the prompt. */
  readonly imageTokenId: number;
  /** Names of tensors that files of this architecture hold and that no part of it reads: buffers, and parts after the features. */
  readonly unread: readonly RegExp[];
}
