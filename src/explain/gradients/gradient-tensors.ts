/** @file Every method that goes back through the model, from one forward trace (`inputs.ts`), sharing the passes that methods have in common. */
import type { GradientTap } from "../../engine/backward.ts";
import type { Model } from "../../engine/model.ts";
import { addGradientRolloutLayer, gradCam } from "../../methods/gradient-maps.ts";
import { finishedRows, identityRows } from "../../methods/relevancy.ts";
import { pickRows } from "../../tensor/rows.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import type { FloatTensor, Tensor } from "../../tensor/tensor.ts";
import { exactLanguage, exactTensors } from "../methods/relevancy-exact.ts";
import { wantsReference } from "./inputs.ts";
import type { GradientRequest, RelevancyInputs } from "./inputs.ts";
import { lrpTensors } from "../methods/lrp.ts";
import { referenceCams, referenceLanguage, referenceVision } from "../methods/relevancy-reference.ts";
import { camTaps, tokensBackward } from "../backward.ts";
import type { WorkOptions } from "../backward.ts";

/** One token's derivative at the image tokens of each picture, [image tokens, width]. */
export type PictureGradients = readonly FloatTensor[];

function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, token) => token);
}

/** Throws where the request cannot be met as it stands. */
export function checkGradientRequest(request: Pick<GradientRequest, "methods" | "variants" | "target">): void {
  if (wantsReference(request) && request.target.kind !== "logit") {
    throw new Error(
      `The reference variant explains raw logits alone, as the published tool did, and the target is "${request.target.kind}"; choose the exact variant or the target logit.`,
    );
  }
}

/** A row per asked token that grows by one layer's cam at a time, as a tensor [answer tokens, length] in the end. */
function gradientRollout({ length, predicting, ids }: RelevancyInputs, tokens: readonly number[]) {
  const rows = new Map(tokens.map((token) => [token, identityRows([predicting[token]!], length)]));
  return {
    add(token: number, cam: FloatTensor) {
      const row = rows.get(token);
      if (row !== undefined) addGradientRolloutLayer(row, cam);
    },
    tensor(): FloatTensor {
      const whole = floatTensor([ids.length, length]);
      for (const [token, row] of rows) whole.data.set(finishedRows(row).data, token * length);
      return whole;
    },
  };
}

/** One query row of each head, [heads, key], out of [heads, rows, key]. */
function headRows(attention: FloatTensor, row: number): FloatTensor {
  const [heads, rows, keys] = attention.dims as [number, number, number];
  const picked = floatTensor([heads, keys]);
  for (let head = 0; head < heads; head++) {
    const start = (head * rows + row) * keys;
    picked.data.set(attention.data.subarray(start, start + keys), head * keys);
  }
  return picked;
}

/** Grad-CAM of the last layer, [answer tokens, image tokens], filled as the gradients come in. */
function gradCamMap({ attention, ids, pictures }: RelevancyInputs) {
  const positions = pictures.flatMap((picture) => picture.positions);
  const tensor = floatTensor([ids.length, positions.length]);
  return {
    tensor,
    add(token: number, gradient: FloatTensor) {
      const map = gradCam(headRows(attention!, token), gradient);
      for (const [j, position] of positions.entries()) tensor.data[token * positions.length + j] = map[position]!;
    },
  };
}

/** Which tokens take a full backward pass, ascending. */
function passesOf(
  model: Model,
  inputs: RelevancyInputs,
  request: GradientRequest,
): { passes: number[]; referenceVision: boolean } {
  const { methods, variants, tokens } = request;
  const reference = wantsReference(request);
  const withVision = reference && model.definition.vision.classToken && inputs.pictures.length > 0;
  const ownPass =
    (methods.includes("relevancy") && variants.includes("exact")) ||
    methods.includes("gradient-rollout") ||
    methods.includes("grad-cam");
  const passes = new Set([
    ...(ownPass ? tokens : []),
    ...(reference ? [0] : []),
    ...(withVision ? upTo(tokens.at(-1)!) : []),
  ]);
  return { passes: [...passes].sort((a, b) => a - b), referenceVision: withVision };
}

/**
 * The tensors of a run that come from derivatives (docs/run-file.md). Exact relevancy, rollout over attention x gradient and Grad-CAM share
 * one full backward pass for each token. The reference variant takes one for the first token and a pass over single rows for all others; its
 * vision maps, which need a class token, take a full pass for each token up to the last that is asked for. Relevance propagation takes its own.
 */
export async function gradientTensors(
  model: Model,
  inputs: RelevancyInputs,
  { request, options }: { request: GradientRequest; options: WorkOptions },
): Promise<Map<string, Tensor>> {
  checkGradientRequest(request);
  const { methods, variants, target, tokens } = request;
  const tensors = new Map<string, Tensor>();
  if (tokens.length === 0) return tensors;
  const exact = methods.includes("relevancy") && variants.includes("exact");
  const { passes, referenceVision: withVision } = passesOf(model, inputs, request);

  const language = exactLanguage(inputs, exact ? tokens : []);
  const rollout = gradientRollout(inputs, methods.includes("gradient-rollout") ? tokens : []);
  const cam = gradCamMap(inputs);
  const firstTokenCams: FloatTensor[] = [];
  const gradients = new Map<number, PictureGradients>();
  const { layers } = model.definition.language.config;
  const cams = camTaps("language", layers);
  const lastGradient: GradientTap = { site: cams[layers - 1]!.site, form: "gradient" };
  await tokensBackward(
    model,
    inputs,
    {
      tokens: passes,
      target,
      taps: methods.includes("grad-cam") ? [...cams, lastGradient] : cams,
      onGradient(tap, token, tensor) {
        if (tap === lastGradient) {
          if (tokens.includes(token)) cam.add(token, tensor);
          return;
        }
        language.add(token, tensor);
        rollout.add(token, tensor);
        if (token === 0 && wantsReference(request)) firstTokenCams[cams.indexOf(tap)] = tensor;
      },
      onInput(token, gradient) {
        gradients.set(
          token,
          inputs.pictures.map(({ positions }) => pickRows(gradient, positions)),
        );
      },
    },
    options,
  );
  const gradientsOf = (some: readonly number[]) => some.map((token) => gradients.get(token)!);
  const keep = (found: ReadonlyMap<string, Tensor>) => {
    for (const [name, tensor] of found) tensors.set(name, tensor);
  };

  if (exact)
    keep(await exactTensors(model, inputs, { tokens, language, gradients: gradientsOf(tokens) }, options.signal));
  if (methods.includes("gradient-rollout")) tensors.set("gradient-rollout", rollout.tensor());
  if (methods.includes("grad-cam") && inputs.pictures.length > 0) tensors.set("grad-cam", cam.tensor);
  if (wantsReference(request)) {
    const maps = await referenceCams(model, inputs, firstTokenCams, options);
    const { tensor, rows } = referenceLanguage(inputs, maps, tokens);
    tensors.set("relevancy.reference.language", tensor);
    const all = withVision ? gradientsOf(upTo(tokens.at(-1)!)) : [];
    if (withVision)
      keep(await referenceVision(model, inputs, { cams: maps, rows, gradients: all, tokens }, options.signal));
  }
  if (methods.includes("lrp")) keep(await lrpTensors(model, inputs, { tokens, target }, options));
  return tensors;
}
