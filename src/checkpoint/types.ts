/** @file Plain data that a checkpoint is read into. Nothing here holds a file open. */
import type { Tokenizer } from "../tokenizer/types.ts";
import type { ProcessorSettings } from "../image/types.ts";
import type { Activation } from "./config/fields.ts";
import type { FileFolder } from "../storage/file-folder.ts";
import type { GenerationRules } from "./generation-fields.ts";

export type { Activation };

/** Storage types of weights that the engine can compute with. */
export type WeightType = "F32" | "F16" | "BF16";

/** The place of one tensor of the checkpoint on disk. */
export interface WeightLocation {
  readonly name: string;
  readonly type: WeightType;
  readonly dims: readonly number[];
  /** Absolute path with every link resolved. */
  readonly file: string;
  /** Byte offset of the first element in `file`. */
  readonly offset: number;
  readonly byteLength: number;
}

/** Every weight by the name that the checkpoint gives it. */
export type WeightIndex = ReadonlyMap<string, WeightLocation>;

/** Rotary position embedding, after reading either spelling (`rope_scaling` or `rope_parameters`). */
export type RopeConfig =
  | { readonly type: "default"; readonly theta: number }
  | { readonly type: "linear"; readonly theta: number; readonly factor: number }
  | {
      readonly type: "llama3";
      readonly theta: number;
      readonly factor: number;
      readonly lowFreqFactor: number;
      readonly highFreqFactor: number;
      readonly originalMaxPositions: number;
    }
  | {
      /** LongRoPE (arXiv 2402.13753): a factor for each pair, of which sequences longer than the original positions have others. */
      readonly type: "longrope";
      readonly theta: number;
      readonly shortFactors: readonly number[];
      readonly longFactors: readonly number[];
      readonly originalMaxPositions: number;
      /** Multiplies cosines and sines. */
      readonly attentionFactor: number;
    };

/** A CLIP or SigLIP vision tower (`clip_vision_model`, `siglip_vision_model`), defaults filled in. */
export interface VisionConfig {
  readonly kind: "clip" | "siglip";
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly imageSize: number;
  readonly patchSize: number;
  readonly channels: number;
  readonly activation: Activation;
  readonly layerNormEps: number;
}

/** What the vision towers of the Qwen-VL models share: they take pictures of any size as packed patches. */
export interface PackedVisionConfig {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Width inside of the perceptron. */
  readonly intermediate: number;
  readonly patchSize: number;
  /** Frames that a patch spans; a still picture is repeated. */
  readonly temporalPatchSize: number;
  /** Patches per side of the square that becomes one image token. */
  readonly mergeSize: number;
  readonly channels: number;
  readonly activation: Activation;
  /** Of its layer norms or RMS norms. */
  readonly layerNormEps: number;
  readonly ropeTheta: number;
}

/** The vision tower of Qwen2-VL (`qwen2_vl`), defaults filled in. */
export interface Qwen2VisionConfig extends PackedVisionConfig {
  readonly kind: "qwen2-vl";
}

/** The vision tower of Qwen2.5-VL (`qwen2_5_vl`), defaults filled in. */
export interface Qwen25VisionConfig extends PackedVisionConfig {
  readonly kind: "qwen2.5-vl";
  /** Image tokens per side of a window: `window_size` pixels in whole squares of patches. */
  readonly windowSide: number;
  /** Layers that attend over the whole picture (`fullatt_block_indexes`). */
  readonly fullLayers: readonly number[];
}

/** The vision tower of Qwen3-VL (`qwen3_vl`), defaults filled in. */
export interface Qwen3VisionConfig extends PackedVisionConfig {
  readonly kind: "qwen3-vl";
  /** Learned positions, and how many of them are on a side of the grid that they form. */
  readonly positions: number;
  readonly positionSide: number;
  /** By merger beside the last one: the layer whose output it reads (`deepstack_visual_indexes`). */
  readonly deepstack: readonly number[];
}

/**
 * What a token may look at beside itself and what comes before it. `pictures`: the image tokens of one picture see each other (Gemma 3),
 * within the window of a layer that has one. `prefix`: the tokens of the prompt see each other (PaliGemma), through any window.
 */
export type Visibility = "causal" | "pictures" | "prefix";

/**
 * A decoder (Llama and its relatives, see `config/language-families.ts`), defaults filled in. What is optional is what some families have
 * beside the others; a field that is left out changes nothing.
 */
export interface LanguageConfig {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headWidth: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  readonly activation: Activation;
  readonly rmsNormEps: number;
  readonly rope: RopeConfig;
  readonly maxPositions: number;
  /** Biases of the queries, keys and values. */
  readonly attentionBias: boolean;
  /** Bias of the projection after attention. */
  readonly attentionOutputBias: boolean;
  readonly mlpBias: boolean;
  readonly tiedEmbeddings: boolean;
  /** Added to the weights of every norm (Gemma: 1). */
  readonly normOffset?: number;
  /** Queries and keys are normalized head by head before they are rotated. */
  readonly queryKeyNorm?: true;
  /** What attention and perceptron give is normalized before it is added to the residual, too (Gemma 2). */
  readonly postNorms?: true;
  /** Queries, keys and values have one matrix, gate and value beside it another one (Phi-3). */
  readonly fusedProjections?: true;
  /** Multiplies the embeddings of tokens; image features are not scaled. */
  readonly embeddingScale?: number;
  /** Multiplies the attention scores; 1 / sqrt(headWidth) if left out. */
  readonly attentionScale?: number;
  /** Scores s become cap * tanh(s / cap) before they are masked. */
  readonly attentionSoftcap?: number;
  /** The same of the logits. */
  readonly logitSoftcap?: number;
  /** Coordinates of a head that turn; all if left out. */
  readonly rotaryWidth?: number;
  /** Pairs of a head that turn with each axis of the positions (`mrope_section`); left out if positions have one axis. */
  readonly ropeSections?: readonly number[];
  /** The axes take turns from pair to pair, instead of one after another (Qwen3-VL). */
  readonly ropeInterleaved?: true;
  /** The position of the first token; 0 if left out. */
  readonly firstPosition?: number;
  /** Layers that see no further back than `size` tokens, their own included, with a rotary embedding of their own if there is one. */
  readonly window?: { readonly size: number; readonly layers: readonly number[]; readonly rope?: RopeConfig };
  /** Causal if left out. */
  readonly visibility?: Visibility;
  /** Rows of the embedding table, if it has more than the head. */
  readonly embeddingRows?: number;
  /** Layers that attend to image tokens behind the sequence, and not to the sequence (Llama 3.2 Vision). */
  readonly crossAttentionLayers?: readonly number[];
}

/** `LlavaForConditionalGeneration`: vision tower, two-layer projector, language model. */
export interface LlavaConfig {
  readonly architecture: "llava";
  readonly vision: VisionConfig;
  readonly language: LanguageConfig;
  readonly projector: {
    readonly activation: Activation;
    readonly bias: boolean;
    /** Multiplies what the projector gives; 1 if left out. */
    readonly scale?: number;
  };
  /** Index into the tower's hidden states (0 is the input of the first layer), negative from the end: -1 is the output of the last layer. */
  readonly visionFeatureLayer: number;
  /** "default" drops the class token, "full" keeps every token. */
  readonly visionFeatureSelect: "default" | "full";
  readonly imageTokenId: number;
}

/** `LlavaNextForConditionalGeneration`: LLaVA over the whole picture and over tiles of it. */
export interface LlavaNextConfig extends Omit<LlavaConfig, "architecture"> {
  readonly architecture: "llava-next";
}

/** `LlavaOnevisionForConditionalGeneration`: LLaVA-NeXT with a limit of features, and another way for several pictures. */
export interface LlavaOnevisionConfig extends Omit<LlavaConfig, "architecture"> {
  readonly architecture: "llava-onevision";
  /** The features of the tiles are resized to about as many as so many tiles have (`vision_aspect_ratio`, "anyres_max_N"). */
  readonly mostTiles: number;
}

/** The vision tower of InternVL (`internvl_vision`), defaults filled in. */
export interface InternVlVisionConfig extends Omit<VisionConfig, "kind"> {
  readonly kind: "internvl";
  /** Biases of the queries, keys and values. */
  readonly attentionBias: boolean;
  /** Whether queries and keys are normalized, over all heads together. */
  readonly queryKeyNorm: boolean;
  readonly norm: "layer" | "rms";
  /** Whether learned positions are added. */
  readonly positions: boolean;
  /** Whether the output of the last layer is normalized: it is if the tower's features are not averaged (`use_mean_pooling`). */
  readonly finalNorm: boolean;
}

/** `InternVLForConditionalGeneration`: tiles and the whole picture, several patches an image token. */
export interface InternVlConfig {
  readonly architecture: "internvl";
  readonly vision: InternVlVisionConfig;
  readonly language: LanguageConfig;
  readonly projector: { readonly activation: Activation };
  /** Index into the tower's hidden states, as in `LlavaConfig`. */
  readonly visionFeatureLayer: number;
  /** Patches per side of the square that becomes one image token: 1 / `downsample_ratio`. */
  readonly mergeSize: number;
  readonly imageTokenId: number;
}

/** The vision tower of Pixtral (`pixtral`), defaults filled in. It takes pictures of any size. */
export interface PixtralVisionConfig {
  readonly kind: "pixtral";
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly patchSize: number;
  readonly channels: number;
  readonly activation: Activation;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
}

/** `LlavaForConditionalGeneration` over a Pixtral tower, and `Mistral3ForConditionalGeneration`: pictures of their own size. */
export interface PixtralConfig extends Pick<
  LlavaConfig,
  "language" | "projector" | "visionFeatureLayer" | "imageTokenId"
> {
  readonly architecture: "pixtral";
  readonly vision: PixtralVisionConfig;
  /** Mistral 3: patches per side of the square that becomes one image token, and the epsilon of the norm before. Null without merging. */
  readonly merger: { readonly size: number; readonly rmsNormEps: number } | null;
}

/** `Idefics3ForConditionalGeneration` and `SmolVLMForConditionalGeneration`: tiles and the whole picture, pixel shuffle, one linear layer. */
export interface Idefics3Config {
  readonly architecture: "idefics3";
  /** SigLIP with positions by the place of a patch on its tile; tiles may have another size than `imageSize`. */
  readonly vision: VisionConfig;
  readonly language: LanguageConfig;
  /** Patches per side of the square that becomes one image token. */
  readonly scaleFactor: number;
  readonly imageTokenId: number;
}

/** `Qwen2VLForConditionalGeneration`: packed patches, patch merger, positions of three axes. */
export interface Qwen2VlConfig {
  readonly architecture: "qwen2-vl";
  readonly vision: Qwen2VisionConfig;
  /** With `ropeSections` of three axes: temporal, height, width. */
  readonly language: LanguageConfig;
  readonly imageTokenId: number;
}

/** `Qwen2_5_VLForConditionalGeneration`: Qwen2-VL with a tower that attends within windows. */
export interface Qwen25VlConfig extends Omit<Qwen2VlConfig, "architecture" | "vision"> {
  readonly architecture: "qwen2.5-vl";
  readonly vision: Qwen25VisionConfig;
}

/** `Qwen3VLForConditionalGeneration`: rows of inner layers of the tower are added behind layers of the language model. */
export interface Qwen3VlConfig extends Omit<Qwen2VlConfig, "architecture" | "vision"> {
  readonly architecture: "qwen3-vl";
  readonly vision: Qwen3VisionConfig;
}

/** `PaliGemmaForConditionalGeneration`: SigLIP, one linear projection, and a Gemma or Gemma 2 whose prompt attends in both directions. */
export interface PaliGemmaConfig {
  readonly architecture: "paligemma";
  readonly vision: VisionConfig;
  readonly language: LanguageConfig;
  readonly imageTokenId: number;
}

/** `Gemma3ForConditionalGeneration`: SigLIP, average pooling, and Gemma 3. */
export interface Gemma3Config extends Omit<PaliGemmaConfig, "architecture"> {
  readonly architecture: "gemma3";
  /** Patches per side of the square that becomes one image token. */
  readonly poolSize: number;
}

/** The vision tower of Llama 3.2 Vision (`mllama_vision_model`), defaults filled in. It takes all tiles of a picture at once. */
export interface MllamaVisionConfig {
  readonly kind: "mllama";
  readonly width: number;
  /** Local and global layers together. */
  readonly layers: number;
  /** The first layers, without gates. */
  readonly localLayers: number;
  readonly heads: number;
  readonly intermediate: number;
  /** Side of a tile in pixels. */
  readonly imageSize: number;
  readonly patchSize: number;
  readonly channels: number;
  /** Tiles of a picture, empty ones included. */
  readonly maxTiles: number;
  /** Arrangements of tiles that the tower has embeddings for. */
  readonly aspectRatios: number;
  /** Local layers whose outputs the projector reads beside the last one, by index from 0. */
  readonly intermediateLayers: readonly number[];
  readonly activation: Activation;
  readonly layerNormEps: number;
}

/** `MllamaForConditionalGeneration`: a tower over tiles, and a language model some of whose layers attend to it instead of the text. */
export interface MllamaConfig {
  readonly architecture: "mllama";
  readonly vision: MllamaVisionConfig;
  /** With `crossAttentionLayers`. */
  readonly language: LanguageConfig;
  readonly imageTokenId: number;
}

/** Every architecture that can be read; later ones join the union. */
export type ModelConfig =
  | LlavaConfig
  | LlavaNextConfig
  | LlavaOnevisionConfig
  | InternVlConfig
  | Idefics3Config
  | Qwen2VlConfig
  | Qwen25VlConfig
  | Qwen3VlConfig
  | PaliGemmaConfig
  | Gemma3Config
  | MllamaConfig
  | PixtralConfig;

export interface EncodeOptions {
  /** Runs the tokenizer's own post-processor (BOS and the like). */
  readonly addSpecialTokens: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** One part of a chat message. An `image` part takes the next picture. */
export type MessagePart = { readonly type: "text"; readonly text: string } | { readonly type: "image" };

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: readonly MessagePart[];
}

/** How the next token is drawn. Each filter keeps a part of what the one before it left, in the order of the fields. */
export interface CheckpointSampling {
  /** 0 is greedy: the largest logit, the lowest id among equals. */
  readonly temperature: number;
  /** Of the 100 most probable tokens, keeps the first that together have at most this share of their entropy. */
  readonly topH?: number;
  /** Keeps the k most probable tokens; 0 is off. */
  readonly topK: number;
  /** Keeps the fewest most probable tokens whose probabilities reach this sum; 1 is off. */
  readonly topP: number;
  /** Keeps tokens with at least this share of the largest probability. */
  readonly minP?: number;
  /** Keeps the tokens whose surprise is nearest to the mean one, until their probabilities reach this sum. */
  readonly typicalP?: number;
  /** Keeps tokens with at least this probability, and the most probable one. */
  readonly epsilonCutoff?: number;
  /** As `epsilonCutoff`, but lower if the entropy is high. */
  readonly etaCutoff?: number;
}

/** How a checkpoint wants its answers generated. */
export interface GenerationSettings {
  readonly stopTokenIds: readonly number[];
  readonly rules: GenerationRules;
  readonly sampling: CheckpointSampling | null;
}

/** Everything read from a checkpoint folder, validated. */
export interface Checkpoint {
  /** Folder name or hub id, for messages and the run file. */
  readonly name: string;
  /** What the folder that was opened is called: its absolute path. */
  readonly folder: string;
  /** The files of that folder. */
  readonly files: FileFolder;
  readonly config: ModelConfig;
  readonly weights: WeightIndex;
  /** Storage type of most of the weights, by bytes. */
  readonly weightType: WeightType;
  readonly tokenizer: Tokenizer;
  /** As `Tokenizer.encode`, in a process that can be stopped when the tokenizer's file has patterns or the text is long. */
  readonly encode: (text: string, options: EncodeOptions) => Promise<number[]>;
  /** Starts what `encode` needs, so that it does not wait for it later. */
  readonly prepareEncoding: () => void;
  readonly processor: ProcessorSettings;
  /** The text of one image token, such as "<image>". */
  readonly imageToken: string;
  /** The text that stands for a picture in a rendered prompt, before its image tokens are written; mostly the image token. */
  readonly imagePlaceholder: string;
  /** What the processor writes into every prompt: behind its last picture, and at its end. Special tokens are not added then. */
  readonly promptFrame?: { readonly afterPictures: string; readonly end: string };
  /** Set if the processor puts BOS into the text of a prompt that has none, before the tokenizer adds its own. */
  readonly writesBos?: true;
  /** Ids that end an answer, from the generation config (or the model config). */
  readonly stopTokenIds: readonly number[];
  /** What every answer follows, greedy or sampled: the fields of generation_config.json that are applied and have an effect. */
  readonly rules: GenerationRules;
  /** The sampling that the checkpoint asks for; null if its values cannot be used. */
  readonly sampling: CheckpointSampling | null;
  /**
   * Renders messages with the checkpoint's chat template. Throws an Error if the checkpoint has no template or the
   * template fails, and stops templates that run too long or write too much.
   */
  renderPrompt(messages: readonly Message[], options: { readonly addGenerationPrompt: boolean }): string;
  readonly hasChatTemplate: boolean;
  /** Sentences on files that disagree and on what of them is not used, each once. */
  readonly warnings: readonly string[];
  /** Hexadecimal sha256 of config.json, and of the header(s) or the index that name the weights. */
  readonly sha256: { readonly config: string; readonly index: string };
}
