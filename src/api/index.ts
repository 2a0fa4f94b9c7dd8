/** @file What scripts import as "lvlm-interpret": models, questions, runs, what is read out of them, and figures (docs/api.md). */
export { openCheckpoint } from "./open-checkpoint.ts";
export type { OpenCheckpointOptions } from "./open-checkpoint.ts";
export { checkModel } from "../workbench/check-model.ts";
export type { CheckOptions } from "../workbench/check-model.ts";
export type { CheckReport } from "../check/report-schema.ts";
export type { HostedModel as Model } from "../explain/host.ts";
export { ask, explain } from "./question.ts";
export type { AskedQuestion, AskOptions, ExplainOptions } from "./question.ts";
export type { Answer } from "../explain/ask.ts";
export { measure } from "./measure.ts";
export type { AskedMeasure, MeasureOptions } from "./measure.ts";
export { figure, openRun, saveRun } from "./run.ts";
export type { FigureRequest, OpenRun } from "./run.ts";
export type { Run, RunDescription } from "../run/types.ts";

export { answerWords, findTokens } from "../findings/answer-words.ts";
export { mostAttentivePlace } from "../findings/attentive.ts";
export { defaultToken } from "../findings/decisive-word.ts";
export { textAgainstImage } from "../findings/evidence.ts";
export { readMap } from "../findings/read-map.ts";
export { imageSinks } from "../findings/sinks.ts";
export { attentionBlock } from "../run/attention-block.ts";
export { recordedVisionLayers, visionAttentionRow } from "../run/attention-rows.ts";
export { patchingScore } from "../run/patching-score.ts";
export { imageTokenPositions, predictingPositions } from "../run/positions.ts";
