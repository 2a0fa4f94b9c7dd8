/**
 * @file The image processor classes of transformers that can be read: the value of each setting that a file leaves out, and how a class
 * pads. Source: the attributes of the `...ImageProcessorPil` classes of transformers 5.24.
 */
import type { Size, TileCut } from "../image/types.ts";
import type { ModelConfig } from "../checkpoint/types.ts";

type PerChannel = readonly [number, number, number];

/** Defaults of what becomes of 8-bit levels. */
export interface LevelDefaults {
  /** Pillow's number of the filter; 3 is bicubic. */
  readonly resample: number;
  readonly mean: PerChannel;
  readonly std: PerChannel;
}

/** A class that makes one input of a picture. */
export interface WholeDefaults extends LevelDefaults {
  readonly kind: "whole";
  readonly size: { readonly shortest_edge: number } | { readonly height: number; readonly width: number };
  readonly centerCrop: boolean;
  /** Edge of the square that is cropped; undefined if a file that crops must give it. */
  readonly crop: number | undefined;
  /**
   * What `do_pad` does: `square` puts the picture on a square of the mean color before all else; `end` adds zeros at the right and the
   * bottom after all else, up to `pad_size`. It is off unless given.
   */
  readonly pads: "square" | "end";
}

/** A class that cuts a picture into tiles. */
export interface TileDefaults extends LevelDefaults {
  readonly kind: "tiles";
  /** Side of the whole picture as a tile. */
  readonly side: number;
  /** Side of the other tiles, if it does not follow from the file's size. */
  readonly crop?: number;
  readonly cut: TileCut;
}

/** Defaults of a class that cuts in one way. */
export type CutDefaults<By extends TileCut["by"]> = Omit<TileDefaults, "cut"> &
  Extract<TileDefaults["cut"], { readonly by: By }>;

/** A class that cuts a picture into packed patches. */
export interface PackedDefaults extends LevelDefaults {
  readonly kind: "packed";
  readonly patchSize: number;
  readonly temporalPatchSize: number;
  readonly mergeSize: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

/** A class that gives pictures in their own size. */
export interface NativeDefaults extends LevelDefaults {
  readonly kind: "native";
  readonly longestEdge: number;
  readonly unit: number;
}

export type ProcessorDefaults = WholeDefaults | TileDefaults | PackedDefaults | NativeDefaults;

/** What tells processors apart: the form of what they give, and of tiles how they are cut. */
export type ProcessorForm = "whole" | "packed" | "native" | TileCut["by"];

export function formOf(
  processor:
    | { readonly kind: "whole" | "packed" | "native" }
    | { readonly kind: "tiles"; readonly cut: { readonly by: TileCut["by"] } },
): ProcessorForm {
  return processor.kind === "tiles" ? processor.cut.by : processor.kind;
}

/** `OPENAI_CLIP_MEAN` and `OPENAI_CLIP_STD` of transformers. */
const clipLevels: LevelDefaults = {
  resample: 3,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

/** `IMAGENET_STANDARD_MEAN` and `IMAGENET_STANDARD_STD` of transformers. */
const half: PerChannel = [0.5, 0.5, 0.5];

const clip: WholeDefaults = {
  kind: "whole",
  size: { shortest_edge: 224 },
  centerCrop: true,
  crop: 224,
  pads: "end",
  ...clipLevels,
};

/** Every size of up to `most` x `most` tiles, one height after the other. */
function sizesOfTiles(side: number, most: number): Size[] {
  const lengths = Array.from({ length: most }, (_, tiles) => (tiles + 1) * side);
  return lengths.flatMap((height) => lengths.map((width) => ({ height, width })));
}

/** The tower of Idefics3-8B takes squares of 364 pixels. */
const idefics3: TileDefaults = {
  kind: "tiles",
  side: 364,
  cut: { by: "edge", resize: { longestEdge: 4 * 364 }, split: true },
  resample: 1,
  mean: half,
  std: half,
};

/** One entry per class, without the suffix of its fast or Pillow variant. */
export const processorDefaults: Readonly<Record<string, ProcessorDefaults>> = {
  CLIPImageProcessor: clip,
  LlavaImageProcessor: { ...clip, pads: "square" },
  SiglipImageProcessor: {
    kind: "whole",
    size: { height: 224, width: 224 },
    resample: 3,
    centerCrop: false,
    crop: undefined,
    pads: "end",
    mean: half,
    std: half,
  },
  Gemma3ImageProcessor: {
    kind: "whole",
    size: { height: 224, width: 224 },
    resample: 2,
    centerCrop: false,
    crop: undefined,
    pads: "end",
    mean: half,
    std: half,
  },
  LlavaNextImageProcessor: {
    kind: "tiles",
    side: 224,
    crop: 224,
    cut: {
      by: "resolutions",
      resolutions: [
        { height: 336, width: 672 },
        { height: 672, width: 336 },
        { height: 672, width: 672 },
        { height: 1008, width: 336 },
        { height: 336, width: 1008 },
      ],
      severalWhole: false,
    },
    ...clipLevels,
  },
  LlavaOnevisionImageProcessor: {
    kind: "tiles",
    side: 384,
    cut: { by: "resolutions", resolutions: sizesOfTiles(384, 6), severalWhole: true },
    ...clipLevels,
  },
  GotOcr2ImageProcessor: {
    kind: "tiles",
    side: 384,
    cut: { by: "ratio", leastTiles: 1, mostTiles: 12 },
    ...clipLevels,
  },
  Idefics3ImageProcessor: idefics3,
  SmolVLMImageProcessor: idefics3,
  MllamaImageProcessor: {
    kind: "tiles",
    side: 224,
    cut: { by: "canvas", mostTiles: 4 },
    resample: 2,
    mean: half,
    std: half,
  },
  PixtralImageProcessor: { kind: "native", longestEdge: 1024, unit: 16, ...clipLevels },
  Qwen2VLImageProcessor: {
    kind: "packed",
    patchSize: 14,
    temporalPatchSize: 2,
    mergeSize: 2,
    minPixels: 56 * 56,
    maxPixels: 28 * 28 * 1280,
    ...clipLevels,
  },
};

interface ArchitectureProcessor {
  readonly className: string;
  readonly form: ProcessorForm;
  /** What stands for a picture if neither tokenizer nor processor says so. */
  readonly imageToken: string;
  /** The name that the tokenizer has for that token. @default "image_token" */
  readonly tokenName?: string;
  /** The token that stands for a picture in templates, if it is another one: its name, and its text for a tokenizer that lacks it. */
  readonly placeholder?: { readonly special: string; readonly byDefault: string };
  /** The template of files that have none: the processor works on plain text. */
  readonly template?: string;
  /** What the processor writes behind the last picture, by the name of the token, and at the end of a prompt. */
  readonly frame?: { readonly afterPictures: string; readonly end: string };
  /** The processor puts BOS into the text of a prompt that has none, before the tokenizer adds its own. */
  readonly writesBos?: true;
}

/** One question, with its pictures. */
const plainTemplate = `{% if messages | length != 1 or messages[0].role != "user" %}{{ raise_exception("This model takes one question without a system prompt and without earlier turns.") }}{% endif %}{% for part in messages[0].content %}{{ "<image>" if part.type == "image" else part.text }}{% endfor %}`;

/** What the processor of a checkpoint is if its files do not say so, by architecture (`AutoImageProcessor`, `...Processor.__init__`). */
export const processorOfArchitecture: Readonly<Record<ModelConfig["architecture"], ArchitectureProcessor>> = {
  llava: { className: "LlavaImageProcessor", form: "whole", imageToken: "<image>" },
  "llava-next": { className: "LlavaNextImageProcessor", form: "resolutions", imageToken: "<image>" },
  "llava-onevision": { className: "LlavaOnevisionImageProcessor", form: "resolutions", imageToken: "<image>" },
  internvl: {
    className: "GotOcr2ImageProcessor",
    form: "ratio",
    imageToken: "<IMG_CONTEXT>",
    tokenName: "context_image_token",
  },
  idefics3: { className: "Idefics3ImageProcessor", form: "edge", imageToken: "<image>" },
  mllama: { className: "MllamaImageProcessor", form: "canvas", imageToken: "<|image|>", writesBos: true },
  pixtral: { className: "PixtralImageProcessor", form: "native", imageToken: "[IMG]" },
  "qwen2-vl": { className: "Qwen2VLImageProcessor", form: "packed", imageToken: "<|image_pad|>" },
  "qwen2.5-vl": { className: "Qwen2VLImageProcessor", form: "packed", imageToken: "<|image_pad|>" },
  "qwen3-vl": { className: "Qwen2VLImageProcessor", form: "packed", imageToken: "<|image_pad|>" },
  paligemma: {
    className: "SiglipImageProcessor",
    form: "whole",
    imageToken: "<image>",
    template: plainTemplate,
    frame: { afterPictures: "bos_token", end: "\n" },
  },
  gemma3: {
    className: "Gemma3ImageProcessor",
    form: "whole",
    imageToken: "<image_soft_token>",
    placeholder: { special: "boi_token", byDefault: "<start_of_image>" },
  },
};

/** Settings that change nothing here: formats and devices of tensors, and what names the classes. */
export const idleSettings: readonly string[] = [
  "processor_class",
  "auto_map",
  "data_format",
  "input_data_format",
  "device",
  "return_tensors",
  "disable_grouping",
  "image_seq_length",
  "pan_and_scan_min_crop_size",
  "pan_and_scan_max_num_crops",
  "pan_and_scan_min_ratio_to_activate",
  "return_row_col_info",
  "video_sampling",
];
