/** @file What is asked of the process that reads pictures, and what it answers. */
import type { DecodedImage, DecodeLimits } from "../image/decode.ts";
import type { FittedImage } from "../image/prepare.ts";
import type { FitMode, PreparedImage, ProcessorSettings, RgbImage, Size } from "../image/types.ts";
import type { SampleRange } from "../image/samples.ts";
import type { Fitting, KeptQuestion } from "./changeable-picture.ts";

/** What is known of a picture without its pixels. */
export type PictureFacts = Omit<DecodedImage, "image">;

/** How a picture is to be read. */
export interface PictureReading {
  /** For messages. */
  readonly name: string;
  readonly limits?: Partial<DecodeLimits>;
  readonly stretch?: SampleRange;
}

/** What is wanted of a picture. */
export type PictureTask =
  | { readonly kind: "facts" }
  | {
      readonly kind: "prepared";
      readonly settings: ProcessorSettings;
      readonly fit: FitMode;
      /** Of a picture as a whole: sizes of the input that are not this one are told and not computed. */
      readonly side?: number;
    }
  /** The whole picture as PNG. */
  | { readonly kind: "png" }
  /** As JPEG, made smaller until no side is longer. */
  | { readonly kind: "jpeg"; readonly side: number }
  /** Its pixels, made smaller until no side is longer. */
  | { readonly kind: "pixels"; readonly side: number };

/** The size of an input that is not the one that was asked for. */
interface OtherSize {
  readonly size: Size;
}

interface PictureAnswers {
  readonly facts: PictureFacts;
  readonly prepared: PictureFacts & { readonly prepared: OtherSize | PreparedImage };
  readonly png: PictureFacts & { readonly bytes: Uint8Array };
  readonly jpeg: PictureFacts & { readonly bytes: Uint8Array };
  readonly pixels: PictureFacts & { readonly image: RgbImage };
}

/** Answers as the process gives them: pixel values are four times as long as the levels that they are made of, so only these pass. */
export type ProcessAnswer =
  | PictureAnswers[Exclude<PictureTask["kind"], "prepared">]
  | (PictureFacts & { readonly prepared: OtherSize | FittedImage });

export type PictureAnswer<Kind extends PictureTask["kind"]> = PictureAnswers[Kind];

/** One message to the process. The file goes there, and long answers come back, in parts, so that no message holds the server up. */
export type WorkMessage =
  | { readonly step: "part"; readonly total: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly step: "work"; readonly task: PictureTask; readonly reading: PictureReading }
  | { readonly step: "rest"; readonly offset: number }
  /** Decodes the file and keeps the picture under an id; the answer has its facts. */
  | { readonly step: "keep"; readonly id: string; readonly reading: PictureReading; readonly fitting: Fitting }
  | { readonly step: "kept"; readonly id: string; readonly question: KeptQuestion }
  | { readonly step: "drop"; readonly id: string };

/** `rest` is the length of the bytes that were taken out of the answer and are to be fetched in parts. */
export interface WorkAnswer {
  readonly answer?: unknown;
  readonly rest?: number;
  readonly bytes?: Uint8Array;
  /** Why the picture is beyond the limits. */
  readonly tooLarge?: string;
  /** The picture that was asked about is not kept (any more). */
  readonly missing?: boolean;
  /** Bytes of memory that the process holds after its work, without the pictures that it keeps. */
  readonly memory?: number;
}

/** Longest part of a file in one message. */
export const partBytes = 1_000_000;
