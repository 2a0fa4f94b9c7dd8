/** @file What a processor's configuration leaves out: the defaults of the image processor classes of transformers. */

type PerChannel = readonly [number, number, number];

export interface ProcessorDefaults {
  readonly size: { readonly shortest_edge: number } | { readonly height: number; readonly width: number };
  /** True where `size` as a plain number is the shortest edge, false where it is the edge of a square. */
  readonly numberIsShortestEdge: boolean;
  /** Pillow's number of the filter; 3 is bicubic. */
  readonly resample: number;
  readonly centerCrop: boolean;
  /** Edge of the square that is cropped. */
  readonly crop: number;
  /** True where the class knows `do_pad`. It is off unless given. */
  readonly canPad: boolean;
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
  numberIsShortestEdge: true,
  resample: 3,
  centerCrop: true,
  crop: 224,
  canPad: false,
  mean: clipMean,
  std: clipStd,
};

/** One entry per class, without the suffix of its fast or Pillow variant. */
export const processorDefaults: Readonly<Record<string, ProcessorDefaults>> = {
  CLIPImageProcessor: clip,
  LlavaImageProcessor: { ...clip, canPad: true },
  SiglipImageProcessor: {
    size: { height: 224, width: 224 },
    numberIsShortestEdge: false,
    resample: 3,
    centerCrop: false,
    crop: 224,
    canPad: false,
    mean: half,
    std: half,
  },
};
