/** @file What scripts import as "lvlm-interpret/methods": explanations as pure functions of tensors (docs/api.md). */
export { floatTensor } from "../tensor/tensor.ts";
export type { FloatTensor } from "../tensor/tensor.ts";
export { rankCorrelation, topOverlap } from "../methods/agreement.ts";
export { attentionAt, attentionSum, headMean } from "../methods/attention.ts";
export { plainDiscovery } from "../causal-discovery/plain-icd.ts";
export { orderedDiscovery } from "../causal-discovery/ordered-icd.ts";
export { fisherTest, independencePValue, partialCorrelation } from "../causal-discovery/independence.ts";
export { addGradientRolloutLayer, gradCam } from "../methods/gradient-maps.ts";
export { lensProbability, lensTopTokens } from "../methods/lens.ts";
export { addRelevancyLayer, finishedRows, identityRows, imagePart } from "../methods/relevancy.ts";
export { rolloutRows } from "../methods/rollout.ts";
export { findSinks } from "../methods/sinks.ts";
