/** @file A question and its answer, traced once, teacher-forced: what every method computes from. */
import type { Sequence } from "../engine/embed.ts";
import type { LayerAddition } from "../engine/layer-additions.ts";
import type { Model } from "../engine/model.ts";
import type { WorkOptions } from "../engine/progress.ts";
import { tapKey, type Captures, type Tap } from "../engine/taps.ts";
import { traceLanguage } from "../engine/trace.ts";
import type { EncodedImage } from "../engine/vision.ts";
import type { PicturePlan, SequencePlan } from "../models/plan.ts";
import type { FloatTensor } from "../tensor/tensor.ts";

/** Gives what a tap captured. Throws if no method asked for it. */
type Read = (tap: Tap) => FloatTensor;

/** One picture's part in the trace. */
export interface TracedPicture {
  /** Places of its image tokens on the key axis, in the order of the plan: in the sequence, or in the memory behind it. */
  readonly positions: readonly number[];
  /** Their places among the image tokens of all pictures (`imageTokens` in run/positions.ts). */
  readonly columns: readonly number[];
  readonly plan: PicturePlan;
  /** By input of the vision tower. */
  readonly reads: readonly Read[];
}

export interface TracedAnswer {
  /** Length of the sequence, prompt and answer. */
  readonly length: number;
  /** The input of the first layer, [length, width]. */
  readonly embedded: FloatTensor;
  /** What the layers are fed. */
  readonly plan: SequencePlan;
  /** What pictures add behind layers. */
  readonly additions: readonly LayerAddition[];
  /** Raw logits of every answer token's position, [answer tokens, vocabulary]. */
  readonly logits: FloatTensor;
  /** Ids of the answer tokens. */
  readonly ids: readonly number[];
  /** By answer token: the position that predicts it. */
  readonly predicting: readonly number[];
  readonly pictures: readonly TracedPicture[];
  /** Image tokens of all pictures, with those of the prompt that stand for a picture behind the sequence. */
  readonly imageTokens: number;
  /** Positions of the latter. They are the first of the image tokens, in this order. */
  readonly placeholders: readonly number[];
  /** Image tokens behind the sequence, [memory tokens, width]; undefined without any. */
  readonly memory: FloatTensor | undefined;
  /** Of the language model. */
  readonly read: Read;
}

/** Reads captures by what a tap says, not by which object it is: methods that ask for the same share it. */
function reader(captures: Captures): Read {
  const byKey = new Map([...captures].map(([tap, tensor]) => [tapKey(tap), tensor]));
  return (tap) => {
    const tensor = byKey.get(tapKey(tap));
    if (tensor === undefined) throw new Error(`internal: nothing was recorded at "${tap.site}" as it is read.`);
    return tensor;
  };
}

/** The tap of `TracedAnswer.logits`, which every recording has. */
export function answerLogits(predicting: readonly number[]): Tap {
  return { site: "logits", rows: predicting };
}

/** Runs the language model over prompt and answer with taps. */
export async function traceAnswer(
  model: Model,
  traced: Pick<TracedAnswer, "ids" | "predicting"> & {
    readonly sequence: Sequence;
    readonly taps: readonly Tap[];
    /** By picture: the positions of its image tokens. */
    readonly positions: readonly (readonly number[])[];
    readonly encoded: readonly EncodedImage[];
  },
  options: WorkOptions,
): Promise<TracedAnswer> {
  const { sequence, taps, ids, predicting, positions, encoded } = traced;
  const length = sequence.embedded.dims[0]!;
  const read = reader(await traceLanguage(model, sequence, { ...options, taps }));
  const plans = encoded.map(({ plan }) => plan);
  const { imageTokens, placeholders, places } = imageAxis(plans, { positions, length });
  return {
    ...{ length, ...sequence, ids, predicting, read, imageTokens, placeholders },
    logits: read(answerLogits(predicting)),
    pictures: encoded.map(({ plan, captures }, picture) => ({
      ...places[picture]!,
      plan,
      reads: captures.map(reader),
    })),
  };
}

/**
 * The image tokens of all pictures: those of the prompt in order of position, then those behind the sequence. `positions` are those of the
 * prompt, by picture.
 */
function imageAxis(
  plans: readonly PicturePlan[],
  { positions, length }: { readonly positions: readonly (readonly number[])[]; readonly length: number },
): Pick<TracedAnswer, "imageTokens" | "placeholders"> & {
  readonly places: readonly Pick<TracedPicture, "positions" | "columns">[];
} {
  const inPrompt = positions.flat();
  let before = 0;
  let memory = 0;
  const places = plans.map((plan, picture) => {
    const own = positions[picture]!;
    const first = before;
    before += own.length;
    if (plan.memory === undefined) return { positions: own, columns: own.map((_, k) => first + k) };
    const start = memory;
    memory += plan.imageTokens.length;
    const tokens = plan.imageTokens.map((_, k) => start + k);
    return {
      positions: tokens.map((token) => length + token),
      columns: tokens.map((token) => inPrompt.length + token),
    };
  });
  const placeholders = positions.flatMap((own, picture) => (plans[picture]?.memory === undefined ? [] : own));
  return { imageTokens: inPrompt.length + memory, placeholders, places };
}
