/** @file What a method is to the rest of the program: what it needs of a trace, what it costs, what it computes, and what it says of itself. */
import { attentionLayers, keysOfLayer } from "../../engine/attention-layers.ts";
import type { GradientTap } from "../../engine/backward.ts";
import { blockInputTaps } from "../../engine/language-backward.ts";
import type { PictureRows } from "../../engine/layer-additions.ts";
import type { Model } from "../../engine/model.ts";
import type { WorkOptions } from "../../engine/progress.ts";
import type { TargetKind } from "../../engine/target.ts";
import type { Tap } from "../../engine/taps.ts";
import type { FloatTensor, Tensor } from "../../tensor/tensor.ts";
import type { Method, Variant } from "../../run/map-catalogue.ts";
import type { RecordingPlan } from "../recording-plan.ts";
import type { SequencePositions } from "../sequence.ts";
import type { TracedAnswer } from "../traced-answer.ts";

/** Which question is recorded, and how much of it: all that says what is kept, before a weight is read. */
export interface RecordedQuestion {
  readonly model: Pick<Model, "definition">;
  /** `full` keeps every row of attention. */
  readonly record: "default" | "full";
  readonly positions: SequencePositions;
}

/** The same with the model opened for work. */
export interface MethodPlan extends RecordedQuestion {
  readonly model: Model;
}

/** What the traces keep for a method, and what it keeps itself. */
export type MethodNeeds = Partial<RecordingPlan>;

/** The stage after the trace in which a method works: its progress and its time are those of the stage. */
export type MethodStage = "lens" | "gradient";

/** How often a method sends the whole sequence back through the model, or forward again. */
interface MethodPasses {
  readonly count: number;
  /** True if the passes are those that methods share (`SharedPass`), so that several methods cost no more than one. */
  readonly shared: boolean;
}

/** What a method computes from. */
export interface MethodWork extends MethodPlan {
  readonly answer: TracedAnswer;
  /** Ids of the prompt, which the answer follows. */
  readonly promptIds: readonly number[];
  /** What of each token is explained. */
  readonly target: TargetKind;
  /** Answer tokens by index, ascending: those that methods of the stage `gradient` explain. */
  readonly tokens: readonly number[];
  readonly options: WorkOptions;
}

/** By picture: one token's derivatives at what the picture enters the language model with. */
export type PictureGradients = readonly PictureRows[];

/** What a method hears of the full backward passes that methods share, one for each token. */
export interface SharedPass {
  /** Answer tokens by index, ascending. */
  readonly tokens: readonly number[];
  readonly taps: readonly GradientTap[];
  /** Gets what a tap (by its index in `taps`) captured of a token, last layer first. */
  readonly onTap: (tap: number, token: number, tensor: FloatTensor) => void;
  readonly onPictures?: (token: number, gradients: PictureGradients) => void;
}

/** A computation that has begun. */
interface MethodComputation {
  /** Left out if it takes part in no shared pass. */
  readonly pass?: SharedPass;
  /** The tensors of the run (docs/run-file.md). Called once, after the shared passes. */
  readonly tensors: () => ReadonlyMap<string, Tensor> | Promise<ReadonlyMap<string, Tensor>>;
}

/** What the JSON of a run can say about a method. */
export interface MethodFacts {
  readonly model: Model;
  /** Ids of the answer tokens. */
  readonly answerIds: readonly number[];
  /** Everything that was recorded. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export interface MethodModule {
  readonly name: Method;
  /** Set if the method has several, of which each is a module. */
  readonly variant?: Variant;
  /** Left out if the trace itself gives what the method computes from, at no cost worth a forecast. */
  readonly stage?: MethodStage;
  readonly needs: (plan: RecordedQuestion) => MethodNeeds;
  /** Left out if the method sends nothing through the model. */
  readonly passes?: (answerTokens: number) => MethodPasses;
  /** The same method with a number of steps, for one that has them. */
  readonly withSteps?: (steps: number) => MethodModule;
  /** Throws an Error if the method cannot explain this target. */
  readonly checkTarget?: (target: TargetKind) => void;
  readonly compute: (work: MethodWork) => MethodComputation;
  /** What a reader of the run must know beside the tensors. */
  readonly parameters?: (facts: MethodFacts) => Readonly<Record<string, unknown>>;
}

/** Layers of a part as indices. */
export function layerIndices(layers: number): number[] {
  return Array.from({ length: layers }, (_, layer) => layer);
}

/** A layer of the language model with an attention map, and what its keys are. */
export interface MapLayer {
  readonly layer: number;
  readonly keys: "sequence" | "memory";
}

/** The layers of the language model that have an attention map, ascending; all but those whose memory is empty. */
export function mapLayers({ model, positions }: RecordedQuestion): MapLayer[] {
  const { config } = model.definition.language;
  return attentionLayers(config, positions.memory).map((layer) => ({ layer, keys: keysOfLayer(config, layer) }));
}

/** The site of a layer's attention map. */
export function attentionSite(part: "language" | "vision", layer: number): string {
  return `${part}.layers.${layer}.attention.probs`;
}

/** Taps on every hidden state of the language model: the input of the first layer, and the output of each. */
export function hiddenTaps(layers: number, more: Omit<Tap, "site"> = {}): Tap[] {
  return blockInputTaps(layers).map(({ site }) => ({ site, ...more }));
}
