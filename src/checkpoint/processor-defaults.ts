/**
 * @file The image processor classes of transformers that can be read: the value of each setting that a file leaves out, and how a class
 * pads. Source: the attributes of the `...ImageProcessorPil` classes of transformers 5.24.
 */

type PerChannel = readonly [number, number, number];

export interface ProcessorDefaults {
  readonly size: { readonly shortest_edge: number } | { readonly height: number; readonly width: number };
  /** Pillow's number of the filter; 3 is bicubic. */
  readonly resample: number;
  readonly centerCrop: boolean;
  /** Edge of the square that is cropped; undefined where a file that crops must give it. */
  readonly crop: number | undefined;
  /**
   * What `do_pad` does: `square` puts the picture on a square of the mean color before all else; `end` adds zeros at the right and the
   * bottom after all else, up to `pad_size`. It is off unless given.
   */
  readonly pads: "square" | "end";
  readonly mean: PerChannel;
  readonly std: PerChannel;
}

/** `OPENAI_CLIP_MEAN` and `OPENAI_CLIP_STD` of transformers. */
const clipMean: PerChannel = [0.48145466, 0.4578275, 0.40821073];
const clipStd: PerChannel = [0.26862954, 0.26130258, 0.27577711];

/** `IMAGENET_STANDARD_MEAN` and `IMAGENET_STANDARD_STD` of transformers. */
const half: PerChannel = [0.5, 0.5, 0.5];

const clip: ProcessorDefaults = {
  size: { shortest_edge: 224 },
  resample: 3,
  centerCrop: true,
  crop: 224,
  pads: "end",
  mean: clipMean,
  std: clipStd,
};

/** One entry per class, without the suffix of its fast or Pillow variant. */
export const processorDefaults: Readonly<Record<string, ProcessorDefaults>> = {
  CLIPImageProcessor: clip,
  LlavaImageProcessor: { ...clip, pads: "square" },
  SiglipImageProcessor: {
    size: { height: 224, width: 224 },
    resample: 3,
    centerCrop: false,
    crop: undefined,
    pads: "end",
    mean: half,
    std: half,
  },
};

/** The class of a LLaVA checkpoint that names none, as `AutoImageProcessor` chooses it by the model. */
export const defaultProcessorType = "LlavaImageProcessor";

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
];
