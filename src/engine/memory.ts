/** @file Forecasts the memory that a question takes, before any of it is spent, and refuses what will not fit. */
import { cachedHeadWidth } from "../models/blocks/cached-attention.ts";
import type { ModelDefinition } from "../models/definition.ts";
import type { PicturePlan } from "../models/plan.ts";
import { formatBytes } from "../tensor/byte-size.ts";
import { elementCount } from "../tensor/tensor.ts";
import { lensRowsAtOnce, lensTop } from "./lens.ts";
import type { Tap } from "./taps.ts";
import { rowsTogether } from "./variant-rows.ts";

const bytesPerNumber = 4;
/** Attention maps of one layer that are alive at once: scores, masked scores and probabilities. */
const liveAttentionMaps = 3;
/** Rows of the widest layer that are alive at once: gate, value beside it and their product. */
const livePerceptronRows = 3;
/** A layer of the backward pass holds what its forward part computed, and as much again of derivatives. */
const backwardFactor = 2;
/** Rows of logits in flight while the lens reads: the logits and what the search for the best ones copies. */
const liveLensLogits = 2;
/** A session of the whole model keeps the memory of its largest widened matrix, and about as much of the others. */
const keptWidened = 2;

/** Bytes by what they are for. `total` counts the largest of the steps that follow one another, not their sum. */
export interface MemoryForecast {
  readonly weights: number;
  /** Keys and values of generation. */
  readonly cache: number;
  /** Activations of the largest step. */
  readonly activations: number;
  /** What the taps keep until the run is written. */
  readonly recorded: number;
  readonly total: number;
  /** Set if the largest step is one of the vision tower's, which smaller pictures make smaller. */
  readonly largestIsVision?: true;
}

export interface WorkPlan {
  readonly weightBytes: number;
  /** Bytes of the largest matrix that is widened at its use. */
  readonly widenedAtUse: number;
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  /** Plans of the pictures. */
  readonly pictures: readonly PicturePlan[];
  /** Taps on the vision tower, kept for every input of every picture. */
  readonly visionTaps: readonly Tap[];
  /** Taps on the language model; empty if nothing is traced. */
  readonly languageTaps: readonly Tap[];
  /** Hidden states of each layer that the lens reads; 0 if there is no lens. */
  readonly lensRows: number;
  /** Answer tokens that go back through the model together; 0 if nothing does. */
  readonly backwardTokens: number;
  /** Maps [tokens, tokens] that are kept for every layer while tokens go back. */
  readonly keptMaps: number;
  /** Hidden states [tokens, width] that are kept beside the taps while tokens go back. */
  readonly keptStates: number;
}

/** Numbers that a tap keeps of a sequence of `tokens`. */
function tapNumbers(
  tap: Tap,
  { tokens, keys, heads, width, vocabulary }: Record<"tokens" | "keys" | "heads" | "width" | "vocabulary", number>,
): number {
  const rows = tap.rows?.length ?? tokens;
  if (tap.site === "logits") return rows * vocabulary;
  if (tap.norm === true) return rows;
  if (!tap.site.endsWith(".attention.probs")) return rows * width;
  return rows * keys * (tap.mean === "heads" ? 1 : heads);
}

/** Numbers of a layer's rows that are alive at once. */
function layerNumbers(rows: number, { intermediate, width }: Record<"intermediate" | "width", number>): number {
  return rows * (livePerceptronRows * intermediate + 4 * width);
}

/** Numbers of the largest step of the vision tower, and the hidden states of a picture's other inputs, which wait beside it. */
function visionNumbers({ config }: ModelDefinition["vision"], pictures: readonly PicturePlan[]): number {
  return Math.max(
    0,
    ...pictures.map(({ inputs }) => {
      const most = Math.max(...inputs.map(({ tokens }) => tokens));
      const waiting = inputs.reduce((sum, { tokens }) => sum + tokens, -most) * config.width;
      return waiting + layerNumbers(most, config) + liveAttentionMaps * config.heads * most ** 2;
    }),
  );
}

/** Numbers of the pixel values of all pictures, which wait beside the tower. */
function pixelNumbers(pictures: readonly PicturePlan[]): number {
  const inputs = pictures.flatMap((picture) => picture.inputs);
  return inputs.reduce((sum, { dims }) => sum + elementCount(dims), 0);
}

/** Image tokens that stand behind the sequence. */
function memoryNumbers(pictures: readonly PicturePlan[]): number {
  return pictures.reduce((sum, { memory, imageTokens }) => sum + (memory === undefined ? 0 : imageTokens.length), 0);
}

/** The forecast for a plan. All sizes come from the model's configuration; a tenth is added for the program itself. */
export function forecastMemory({ vision, language }: ModelDefinition, plan: WorkPlan): MemoryForecast {
  const { layers, keyValueHeads, headWidth, heads, width, vocabulary } = language.config;
  const tokens = plan.promptTokens + plan.maxNewTokens;
  const memory = memoryNumbers(plan.pictures);
  // A layer reads the sequence or the memory; what is recorded has room for both.
  const keys = tokens + memory;
  const map = tokens * Math.max(tokens, memory);
  // A prompt whose tokens see ahead is read as a trace, whether anything is tapped or not.
  const traced = plan.languageTaps.length > 0 || (language.config.visibility ?? "causal") !== "causal";

  const cache = 2 * layers * keyValueHeads * keys * cachedHeadWidth(headWidth);
  const rows = layerNumbers(tokens, language.config);
  const traceStep = traced ? rows + map * (liveAttentionMaps * heads + 1) : 0;
  const visionStep = visionNumbers(vision, plan.pictures) + pixelNumbers(plan.pictures);
  const lensStep = Math.min(lensRowsAtOnce, plan.lensRows) * vocabulary * liveLensLogits;
  const backStep =
    plan.backwardTokens === 0
      ? 0
      : backwardFactor * Math.max(rows + map * liveAttentionMaps * heads, visionStep) +
        2 * plan.backwardTokens * keys * width;
  const ofLanguage = Math.max(rows, traceStep, lensStep);
  const activations = Math.max(ofLanguage, visionStep, backStep);

  const languageSizes = { tokens, keys, heads, width, vocabulary };
  const visionSizes = (count: number) => ({
    tokens: count,
    keys: count,
    heads: vision.config.heads,
    width: vision.config.width,
    vocabulary: 0,
  });
  const sum = (taps: readonly Tap[], sizes: typeof languageSizes) =>
    taps.reduce((numbers, tap) => numbers + tapNumbers(tap, sizes), 0);
  const lensKept = (layers + 1) * plan.lensRows * (2 * lensTop + 1 + plan.maxNewTokens);
  const mapsKept = plan.keptMaps * layers * map + plan.keptStates * tokens * width;
  const ofPictures = plan.pictures
    .flatMap(({ inputs }) => inputs)
    .reduce((numbers, { tokens: count }) => numbers + sum(plan.visionTaps, visionSizes(count)), 0);
  const recorded = sum(plan.languageTaps, languageSizes) + ofPictures + lensKept + mapsKept;

  const bytes = {
    cache: cache * bytesPerNumber,
    activations: activations * bytesPerNumber + plan.widenedAtUse,
    recorded: recorded * bytesPerNumber,
  };
  return withTotal({
    weights: plan.weightBytes,
    ...bytes,
    ...(visionStep > ofLanguage ? { largestIsVision: true } : {}),
  });
}

function withTotal(parts: Omit<MemoryForecast, "total">): MemoryForecast {
  const { weights, cache, activations, recorded } = parts;
  return { ...parts, total: Math.round(1.1 * (weights + cache + activations + recorded)) };
}

export interface ScorerPlan {
  readonly weightBytes: number;
  /** Bytes of the largest matrix that is widened at its use. */
  readonly widenedAtUse: number;
  /** Length of the sequence. */
  readonly rows: number;
  /** Positions whose logits are wanted. */
  readonly predicting: number;
  /** Plans of the pictures that are encoded between the scorings, with sessions that stay open beside the scorer's; none if none are. */
  readonly pictures: readonly PicturePlan[];
}

/**
 * The forecast for `withVariantScorer`, and `withPictureEncoder` beside it. Sessions that stay open keep the memory of their largest step, so
 * that these add up; however many variants are scored takes no more. Keys and values of the sequence are kept, as a cache keeps them.
 */
export function forecastScorer({ vision, language }: ModelDefinition, plan: ScorerPlan): MemoryForecast {
  const { rows, predicting, pictures, widenedAtUse } = plan;
  const { layers, heads, keyValueHeads, headWidth, width, vocabulary } = language.config;
  const memory = memoryNumbers(pictures);
  const cache = 2 * layers * keyValueHeads * (rows + memory) * headWidth;
  const together = Math.max(rows, rowsTogether);
  const sequence = 2 * together * width;
  // Rows of several variants read each other behind the sequence, where it is hidden from them that they do.
  const pairs = Math.max(rows * Math.max(rows, memory), rowsTogether * Math.max(rows + rowsTogether, memory));
  // The mask, and the copy of it that a scoring changes.
  const maps = pairs * (liveAttentionMaps * heads + 2);
  const visionStep = visionNumbers(vision, pictures);
  const activations = layerNumbers(together, language.config) + sequence + maps + visionStep;
  const widened = keptWidened * widenedAtUse * (pictures.length > 0 ? 2 : 1);
  return withTotal({
    weights: plan.weightBytes,
    cache: cache * bytesPerNumber,
    activations: activations * bytesPerNumber + widened,
    recorded: 2 * predicting * vocabulary * bytesPerNumber,
  });
}

/** A caller may act on this one: ask for less, or raise the limit. */
export class MemoryLimitError extends Error {
  override readonly name = "MemoryLimitError";
  readonly forecast: MemoryForecast;
  readonly limitBytes: number;

  constructor(forecast: MemoryForecast, limitBytes: number) {
    super(
      `The question would take about ${formatBytes(forecast.total)} of memory (weights ${formatBytes(forecast.weights)}, cache ${formatBytes(forecast.cache)}, activations ${formatBytes(forecast.activations)}, recorded ${formatBytes(forecast.recorded)}), more than the limit of ${formatBytes(limitBytes)}; raise the limit, record less, ${forecast.largestIsVision === true ? "use smaller pictures, " : ""}allow fewer new tokens or keep 16-bit weights.`,
    );
    this.forecast = forecast;
    this.limitBytes = limitBytes;
  }
}

/** Throws a MemoryLimitError if the plan does not fit. */
export function requireMemory(forecast: MemoryForecast, limitBytes: number): void {
  if (forecast.total > limitBytes) throw new MemoryLimitError(forecast, limitBytes);
}
