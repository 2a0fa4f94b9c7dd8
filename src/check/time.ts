/**
 * @file Forecasts how long a question takes on this machine, from two measured rates and the sizes of the model: the time to read each
 * matrix once, and the time of its multiplications. What a model does beside matrices is left out, and other work on the machine is not
 * known, so a forecast can be wrong by a factor of two; of a busy machine, by more.
 */
import type { MachineSpeed } from "../engine/machine-speed.ts";
import type { WeightPart } from "../engine/needed-weights.ts";
import { gradientTime } from "../explain/measured-times.ts";
import type { ModelDefinition } from "../models/definition.ts";
import type { PicturePlan } from "../models/plan.ts";
import type { WorkForecast } from "./report-schema.ts";

/** Reading a 16-bit matrix and widening it takes so much longer than reading it widened (docs/performance.md: decoding by f32 and f16). */
const widenedAtUse = 1.8;

/** The softmax of one attention score takes as long as so many multiplications. */
const softmaxMultiplications = 60;

/** What the lens does with a logit, to find the best ones and their sum, takes as long as so many. */
const lensMultiplications = 200;

/** Norms, activations and sums of rows take this part more than the multiplications of the rows. */
const besideMatrices = 1.2;

/** What is timed. */
export interface TimedWork {
  readonly work: WorkForecast["work"];
  readonly precision: WorkForecast["precision"];
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly pictures: readonly PicturePlan[];
  /** Hidden states of each layer that the lens reads. */
  readonly lensRows: number;
}

interface Attending {
  readonly layers: number;
  readonly heads: number;
  readonly headWidth: number;
}

/** Seconds by stage. Stages that the work does not have take none. */
export function forecastTime(
  { vision, language }: ModelDefinition,
  work: TimedWork,
  { parameters, speed }: { readonly parameters: Readonly<Record<WeightPart, number>>; readonly speed: MachineSpeed },
): NonNullable<WorkForecast["seconds"]> {
  const perMultiplication = besideMatrices / speed.multiplicationsPerSecond;
  const perNumber = ((work.precision === "f16" ? widenedAtUse : 1) * 4) / speed.bytesPerSecond;
  /** Seconds in which so many rows meet matrices of so many numbers. */
  const matrices = (numbers: number, rows: number): number => numbers * (perNumber + rows * perMultiplication);
  const attention = ({ layers, heads, headWidth }: Attending, tokens: number): number =>
    layers * heads * tokens ** 2 * (2 * headWidth + softmaxMultiplications) * perMultiplication;

  const tower = { ...vision.config, headWidth: vision.config.width / vision.config.heads };
  const towerTime = work.pictures
    .flatMap(({ inputs }) => inputs)
    .reduce((sum, { tokens, rowTokens }) => {
      const projected = matrices(parameters.projector, rowTokens.length);
      return sum + matrices(parameters.vision, tokens) + attention(tower, tokens) + projected;
    }, 0);

  const table = language.config.vocabulary * language.config.width;
  const layers = parameters.language - table;
  const head = parameters.head === 0 ? table : parameters.head;
  const { promptTokens, answerTokens } = work;
  const tokens = promptTokens + answerTokens;
  const prefill = matrices(layers, promptTokens) + attention(language.config, promptTokens) + matrices(head, 1);
  const decode = (answerTokens - 1) * matrices(layers + head, 1);
  const isExplained = work.work !== "ask";
  const trace = isExplained
    ? matrices(layers, tokens) + attention(language.config, tokens) + matrices(head, answerTokens)
    : 0;
  const logits = work.lensRows * language.config.vocabulary;
  const lensLayer = matrices(head, work.lensRows) + logits * lensMultiplications * perMultiplication;
  const lens = isExplained ? (language.config.layers + 1) * lensLayer : 0;
  const gradient =
    work.work === "relevancy"
      ? gradientTime(
          { timings: { trace, vision: towerTime }, answerTokens },
          { methods: ["relevancy"], variants: ["exact"], answerTokens: 1 },
        )
      : 0;
  const stages = { vision: towerTime, prefill, decode, trace, lens, gradient };
  return { ...stages, total: Object.values(stages).reduce((sum, each) => sum + each, 0) };
}
