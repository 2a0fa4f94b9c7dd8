/** @file Relevancy of answer tokens in the asked variants, from one forward trace (`inputs.ts`). */
import type { Model } from "../../engine/model.ts";
import type { FloatTensor, Tensor } from "../../tensor/tensor.ts";
import type { TaskOptions } from "../question.ts";
import { exactLanguage, exactTensors } from "./exact.ts";
import type { RelevancyInputs, RelevancyRequest } from "./inputs.ts";
import { referenceCams, referenceLanguage, referenceVision } from "./reference.ts";
import { tokensBackward } from "./way-back.ts";

function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, token) => token);
}

/** Throws where the request cannot be met as it stands. */
export function checkRelevancyRequest({ variants, target }: Pick<RelevancyRequest, "variants" | "target">): void {
  if (variants.includes("reference") && target.kind !== "logit") {
    throw new Error(
      `The reference variant explains raw logits alone, as the published tool did, and the target is "${target.kind}"; use --variant exact or --target logit.`,
    );
  }
}

/**
 * The `relevancy.*` tensors of a run (docs/run-file.md). Exact relevancy takes one full backward pass for each token. The reference
 * variant takes one for the first token and a pass over single rows for all others; its vision maps, which need a class token, take a
 * full pass for each token up to the last that is asked for. Passes are shared where both variants need them.
 */
export async function relevancyTensors(
  model: Model,
  inputs: RelevancyInputs,
  { request, options }: { request: RelevancyRequest; options: Pick<TaskOptions, "signal" | "onProgress"> },
): Promise<Map<string, Tensor>> {
  checkRelevancyRequest(request);
  const { variants, target, tokens } = request;
  if (tokens.length === 0) return new Map();
  const exact = variants.includes("exact");
  const reference = variants.includes("reference");
  const withVision = reference && model.definition.vision.classToken && inputs.pictures.length > 0;
  const needed = new Set([
    ...(exact ? tokens : []),
    ...(reference ? [0] : []),
    ...(withVision ? upTo(tokens.at(-1)!) : []),
  ]);
  const passes = [...needed].sort((a, b) => a - b);

  const language = exactLanguage(inputs, exact ? tokens : []);
  const firstTokenCams: FloatTensor[] = [];
  const gradients = await tokensBackward(
    model,
    inputs,
    {
      tokens: passes,
      target,
      onCam({ layer, token, tensor }) {
        language.add(token, tensor);
        if (reference && token === 0) firstTokenCams[layer] = tensor;
      },
    },
    options,
  );
  const gradientOf = (token: number) => gradients[passes.indexOf(token)]!;

  const tensors = new Map<string, Tensor>();
  if (exact) {
    const found = await exactTensors(
      model,
      inputs,
      { tokens, language, gradients: tokens.map(gradientOf) },
      options.signal,
    );
    for (const [name, tensor] of found) tensors.set(name, tensor);
  }
  if (reference) {
    const cams = await referenceCams(model, inputs, firstTokenCams, options);
    const { tensor, rows } = referenceLanguage(inputs, cams, tokens);
    tensors.set("relevancy.reference.language", tensor);
    if (withVision) {
      const all = upTo(tokens.at(-1)!).map(gradientOf);
      const found = await referenceVision(model, inputs, { cams, rows, gradients: all, tokens }, options.signal);
      for (const [name, map] of found) tensors.set(name, map);
    }
  }
  return tensors;
}
