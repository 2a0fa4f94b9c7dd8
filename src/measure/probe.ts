/** @file A saved question that is asked again and again, each time without some of its parts. */
import { parseGenerationRules } from "../checkpoint/generation-config.ts";
import { embedPrompt, memoryOf, type Sequence } from "../engine/embed.ts";
import { layerAdditions } from "../engine/layer-additions.ts";
import { generate } from "../engine/generate.ts";
import type { HostedModel } from "../explain/host.ts";
import { withPictureEncoder, type PictureEncoder } from "../engine/picture-encoder.ts";
import { withVariantScorer, type VariantScorer } from "../scoring/variant-scoring.ts";
import type { PictureFeatures } from "../engine/vision.ts";
import { settingsFor, type FitOptions } from "../image/prepare.ts";
import { cellBox } from "../image/geometry.ts";
import type { Box, RgbImage } from "../image/types.ts";
import { mosaicOf } from "../image/mosaic.ts";
import { probabilityIn, scoreIn, type ScoreKind } from "../methods/probability.ts";
import { imageTokens, predictingPositions, type ImageToken } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import type { PicturePlan } from "../models/plan.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { questionOfRun } from "../explain/recorded-question.ts";
import type { OpenPicture } from "../picture-work/open-picture.ts";
import { openSource, plansOfPictures } from "../explain/pictures.ts";
import { tokenText } from "../explain/token-text.ts";
import { dearestKind, type EvaluationKind } from "./evaluations.ts";
import { kindOfMasking, type Masking } from "./masking.ts";
import { otherPictureCount, otherPictures } from "./other-pictures.ts";

/** An answer that was generated anew. */
interface NewAnswer {
  readonly text: string;
  readonly tokens: readonly { readonly text: string; readonly probability: number }[];
}

/** Called once for each masking that was asked about, with what it cost. */
type OnScored = ((kind: EvaluationKind) => void) | undefined;

export interface Probe {
  readonly description: RunDescription;
  /** The question and its answer. */
  readonly sequence: Sequence;
  /** Raw logits of every answer token's position, teacher-forced on the run's own answer, [answer tokens, vocabulary]. */
  logits(masking: Masking): Promise<FloatTensor>;
  /** Raw logits [vocabulary] of one answer token's position under each masking; what the maskings share is computed once. */
  tokenLogits(token: number, maskings: readonly Masking[], onScored?: OnScored): Promise<Float32Array[]>;
  /** Probability of an answer token, teacher-forced. */
  probability(token: number, masking: Masking): Promise<number>;
  /** The same under each masking. */
  probabilities(token: number, maskings: readonly Masking[], onScored?: OnScored): Promise<number[]>;
  /** Score of an answer token in nats, teacher-forced. */
  score(token: number, masking: Masking, score: ScoreKind): Promise<number>;
  /** The same under each masking. */
  scores(
    token: number,
    maskings: readonly Masking[],
    options: { readonly score: ScoreKind; readonly onScored?: OnScored },
  ): Promise<number[]>;
  /** The same as `logits` with other pictures in the place of the run's, each as pixel values of the run's own picture. */
  logitsWithPictures(pixelValues: readonly FloatTensor[]): Promise<FloatTensor>;
  /** The answer that the model gives now, with the run's own sampling and rules. */
  answer(masking: Masking): Promise<NewAnswer>;
  /** The pictures of the question. */
  readonly pictures: readonly OpenPicture[];
  /** How they are fitted to the vision tower. */
  readonly fitting: FitOptions;
  /** The question and its answer with these pictures. */
  embedded(pixelValues: readonly FloatTensor[]): Promise<Sequence>;
}

export interface ProbeOptions {
  readonly signal?: AbortSignal;
  /** Of the noise, and of the other pictures, that patches are filled with. */
  readonly seed: number;
}

/** Longest side of what stands in for patches as other pictures, in pixels: it passes to another process with each question. */
const mosaicSide = 512;

/** Maskings whose logits are held at once. */
const askedTogether = 64;

/** Image tokens of one picture with a place on it, and all its positions in order. */
interface PictureTokens {
  readonly positions: readonly number[];
  readonly boxes: ReadonlyMap<number, Box>;
  /** Standard deviation of the blur in pixels: one cell. */
  readonly sigma: number;
}

function picturesTokens(description: RunDescription): PictureTokens[] {
  return description.images.map((picture, image) => {
    const tokens = imageTokens(description, image);
    const boxOf = ({ cell }: ImageToken): Box | undefined => cell && cellBox(picture.grids[cell.grid]!, cell);
    const boxes = new Map(
      tokens.flatMap((token) => {
        const box = boxOf(token);
        return box === undefined ? [] : [[token.position, box] as const];
      }),
    );
    const [first] = boxes.values();
    return {
      positions: tokens.map(({ position }) => position),
      boxes,
      sigma: first === undefined ? 1 : Math.sqrt(first.width * first.height),
    };
  });
}

interface Parts extends ProbeOptions {
  readonly model: HostedModel;
  readonly description: RunDescription;
  readonly pictures: readonly OpenPicture[];
  readonly fitting: FitOptions;
  /** By picture. */
  readonly plans: readonly PicturePlan[];
  readonly encode: PictureEncoder;
  /** Features of the pictures as they are. */
  readonly original: readonly PictureFeatures[];
  /** The question and its answer. */
  readonly base: Sequence;
  readonly scorer: VariantScorer;
}

function probeOf(parts: Parts): Probe {
  const { model, description, pictures, fitting, plans, encode, original, base, scorer, seed, signal } = parts;
  const { tokens, answer, sampling } = description;
  const ids = tokens.map(({ id }) => id);
  const places = picturesTokens(description);
  const { tokenizer, stopTokenIds } = model.checkpoint;
  const rules = parseGenerationRules(description.generation ?? {}, "The run");

  const mosaics = new Map<number, RgbImage>();

  /** Blocks of other pictures in the place of a picture's patches, each about as large as a patch. */
  async function mosaicFor(index: number): Promise<RgbImage> {
    const known = mosaics.get(index);
    if (known !== undefined) return known;
    const own = new Set<string>();
    for (const picture of pictures) own.add(await picture.digest());
    const others = await otherPictures(own, { count: otherPictureCount, seed });
    const { width, height } = pictures[index]!.facts;
    const scale = Math.min(1, mosaicSide / Math.max(width, height));
    const [across, down] = [width, height].map((length) => Math.max(1, Math.round(length * scale)));
    const side = places[index]!.sigma * scale;
    const mosaic = mosaicOf(others, { width: across!, height: down!, side, seed });
    mosaics.set(index, mosaic);
    return mosaic;
  }

  /** The features of each picture without the masked patches; those of unmasked pictures are the same objects. */
  async function maskedFeatures({ image, fill }: Masking): Promise<readonly PictureFeatures[]> {
    if (fill === "knock-out") return original;
    const masked = new Set(image);
    const features: PictureFeatures[] = [];
    for (const [index, { boxes, sigma }] of places.entries()) {
      const hidden = [...boxes].flatMap(([position, box]) => (masked.has(position) ? [box] : []));
      if (hidden.length === 0) {
        features.push(original[index]!);
        continue;
      }
      const other = fill === "others" ? await mosaicFor(index) : undefined;
      const change = { kind: "fill", boxes: hidden, fill, seed, sigma, other } as const;
      features.push(await encoded(index, await pictures[index]!.pixelValues(change)));
    }
    return features;
  }

  const encoded = (index: number, pixelValues: FloatTensor) => encode({ pixelValues, plan: plans[index]! });

  function embeddedWith(features: readonly PictureFeatures[]): Sequence {
    if (features.every((each, index) => each === original[index])) return base;
    const { dims, data: before } = base.embedded;
    const data = before.slice();
    const width = dims[1]!;
    for (const [
      index,
      {
        plan,
        features: { data: rows },
      },
    ] of features.entries()) {
      if (plan.memory !== undefined) continue;
      for (const [row, position] of places[index]!.positions.entries()) {
        data.set(rows.subarray(row * width, (row + 1) * width), position * width);
      }
    }
    const placed = features.map(({ additions }, index) => ({ additions, positions: places[index]!.positions }));
    const additions = layerAdditions(model.definition.vision, placed);
    return { ...base, embedded: floatTensor(dims, data), memory: memoryOf(features, width), additions };
  }

  /** The mean embedding of the text in the prompt, [width]. */
  function meanOfText(): Float32Array {
    const { dims, data } = base.embedded;
    const width = dims[1]!;
    const positions = tokens.flatMap(({ role }, at) => (role !== "image" && at < answer.start ? [at] : []));
    return Float32Array.from({ length: width }, (_, column) =>
      positions.reduce((sum, position) => sum + data[position * width + column]! / positions.length, 0),
    );
  }

  /** A sequence of prompt and answer, or of the prompt alone, whose masked words are filled. */
  function withFilledText<S extends Sequence>(sequence: S, { text, textFill }: Masking): S {
    if (textFill === undefined || text.length === 0) return sequence;
    const { dims, data } = sequence.embedded;
    const filled = data.slice();
    const mean = meanOfText();
    for (const position of text) if (position < dims[0]!) filled.set(mean, position * dims[1]!);
    return { ...sequence, embedded: floatTensor(dims, filled) };
  }

  const interventionOf = ({ image, text, textFill, heads, fill, edges }: Masking) => {
    const words = textFill === undefined ? text : [];
    const places = fill === "knock-out" ? [...image, ...words] : words;
    return {
      knockOut: places.filter((place) => place < tokens.length),
      memory: places.flatMap((place) => (place < tokens.length ? [] : [place - tokens.length])),
      heads,
      edges,
    };
  };

  const variantOf = async (masking: Masking) => ({
    sequence: withFilledText(embeddedWith(await maskedFeatures(masking)), masking),
    intervention: interventionOf(masking),
  });

  /** What `read` makes of the logits [vocabulary] of an answer token's position under each masking. */
  async function readEach<T>(
    { token, maskings, onScored }: { token: number; maskings: readonly Masking[]; onScored: OnScored },
    read: (logits: Float32Array) => T,
  ): Promise<T[]> {
    const requestOf = (kind: EvaluationKind) => ({ wanted: [token], onScored: () => onScored?.(kind) });
    const found: T[] = [];
    const shared: number[] = [];
    for (const [index, masking] of maskings.entries()) {
      signal?.throwIfAborted();
      const variant = await variantOf(masking);
      // A sequence with other pictures has few rows to share, and takes memory as long as it waits.
      if (variant.sequence === base) shared.push(index);
      else
        found[index] = read(
          (await scorer([variant], requestOf(kindOfMasking(maskings[index]!, tokens.length))))[0]!.data,
        );
    }
    for (let start = 0; start < shared.length; start += askedTogether) {
      const some = shared.slice(start, start + askedTogether);
      const variants = some.map((index) => ({ intervention: interventionOf(maskings[index]!) }));
      for (const [at, logits] of (
        await scorer(
          variants,
          requestOf(dearestKind(some.map((index) => kindOfMasking(maskings[index]!, tokens.length)))),
        )
      ).entries())
        found[some[at]!] = read(logits.data);
    }
    return found;
  }
  const idOf = (token: number) => ids[answer.start + token]!;
  const tokenLogits: Probe["tokenLogits"] = (token, maskings, onScored) =>
    readEach({ token, maskings, onScored }, (logits) => logits);
  const probabilities: Probe["probabilities"] = (token, maskings, onScored) =>
    readEach({ token, maskings, onScored }, (logits) => probabilityIn(logits, idOf(token)));
  const scores: Probe["scores"] = (token, maskings, { score, onScored }) =>
    readEach({ token, maskings, onScored }, (logits) => scoreIn(logits, { id: idOf(token), score }));

  async function embedded(given: readonly FloatTensor[]): Promise<Sequence> {
    const features: PictureFeatures[] = [];
    for (const [index, pixelValues] of given.entries()) features.push(await encoded(index, pixelValues));
    return embeddedWith(features);
  }

  return {
    description,
    sequence: base,
    pictures,
    fitting,
    async logits(masking) {
      signal?.throwIfAborted();
      return (await scorer([await variantOf(masking)]))[0]!;
    },
    tokenLogits,
    probabilities,
    scores,
    probability: async (token, masking) => (await probabilities(token, [masking]))[0]!,
    score: async (token, masking, score) => (await scores(token, [masking], { score }))[0]!,
    async logitsWithPictures(given) {
      signal?.throwIfAborted();
      return (await scorer([{ sequence: await embedded(given) }]))[0]!;
    },
    async answer(masking) {
      const features = await maskedFeatures(masking);
      const promptIds = ids.slice(0, answer.start);
      const prompt = withFilledText(await embedPrompt(model, promptIds, features), masking);
      const found: { id: number; probability: number }[] = [];
      await generate(model, prompt, {
        sampling,
        maxNewTokens: sampling.maxNewTokens,
        minNewTokens: sampling.minNewTokens,
        stopTokenIds,
        answerRules: { rules, promptIds },
        signal,
        intervention: interventionOf(masking),
        onToken: (id, { probability }) => found.push({ id, probability }),
      });
      return {
        text: tokenizer
          .decode(
            found.map(({ id }) => id),
            { skipSpecialTokens: true },
          )
          .trim(),
        tokens: found.map(({ id, probability }) => ({ text: tokenText(tokenizer, id), probability })),
      };
    },
    embedded,
  };
}

/** Opens the model for as long as `work` asks the question of a run again. Throws as the engine if it does not fit. */
export async function withProbe<T>(
  model: HostedModel,
  run: Run,
  options: ProbeOptions & { readonly work: (probe: Probe) => Promise<T> },
): Promise<T> {
  const { description } = run;
  const { conversation } = await questionOfRun(run);
  const fitting: FitOptions = {
    settings: settingsFor(model.checkpoint.processor, description.images.length),
    fit: description.images[0]?.fit ?? "default",
  };
  const predicting = predictingPositions(description);
  const pictures: OpenPicture[] = [];
  try {
    for (const source of conversation.pictures) {
      pictures.push(await openSource(source, { ...fitting, reader: model.host.pictures, signal: options.signal }));
    }
    const { checkpoint, definition } = model;
    const plans = plansOfPictures({ checkpoint, vision: definition.vision }, description.images);
    return await withPictureEncoder(model, async (encode) => {
      const original: PictureFeatures[] = [];
      for (const [index, picture] of pictures.entries()) {
        const pixelValues = await picture.pixelValues({ kind: "none" });
        original.push(await encode({ pixelValues, plan: plans[index]! }));
      }
      const ids = description.tokens.map(({ id }) => id);
      const base = await embedPrompt(model, ids, original, description.answer.start);
      const parts = { ...options, model, description, pictures, fitting, plans, encode, original, base };
      return withVariantScorer(model, { sequence: base, predicting, signal: options.signal }, (scorer) =>
        options.work(probeOf({ ...parts, scorer })),
      );
    });
  } finally {
    for (const picture of pictures) picture.close();
  }
}
