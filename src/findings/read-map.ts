/** @file The map of one answer token, by the catalogue's way to read it out of a run. */
import { lensProbability } from "../methods/lens.ts";
import { attentionBlock } from "../run/attention-block.ts";
import { attentionRow } from "../run/attention-rows.ts";
import type { MapName } from "../run/map-catalogue.ts";
import { holdsMap, mapRow, tokenTensor } from "../run/maps.ts";
import { imageTokenPositions, predictingPosition } from "../run/positions.ts";
import type { Run } from "../run/types.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { Head } from "./attentive.ts";
import { explanationShares } from "./causes/explanation-shares.ts";
import { ownThread, type GraphLearner } from "./causes/graph-learner.ts";

export interface MapOfToken {
  readonly map: MapName;
  /** Index in the answer. */
  readonly token: number;
  /** Layer of attention and the lens; the mean of all layers of attention, and the last one of the lens, if it is left out. */
  readonly layer?: number | undefined;
  /** Head of attention, if there is a layer; the mean of all if it is left out. */
  readonly head?: Head | undefined;
  /** Learns the graphs of causes. @default the caller's own thread */
  readonly pool?: GraphLearner | undefined;
}

async function lensMap(run: Run, token: number, layer: number): Promise<Float32Array> {
  if (run.description.memory.length > 0) {
    throw new Error(
      "The logit lens reads no patch of this run: its image tokens are behind the sequence, where they have no hidden states; choose another method.",
    );
  }
  // Image tokens come first among the lens's positions; index 0 of its layers is the input of the first one.
  const range = { within: [layer + 1], start: 0, end: imageTokenPositions(run.description).length };
  const answer = (await run.slice("lens.answer", range)) as FloatTensor;
  const logsumexp = (await run.slice("lens.logsumexp", range)) as FloatTensor;
  return lensProbability(
    {
      answer: floatTensor([1, ...answer.dims], answer.data),
      logsumexp: floatTensor([1, ...logsumexp.dims], logsumexp.data),
    },
    token,
  ).data;
}

/**
 * The map of an answer token, [sequence] or [image tokens] by the map's axis. Undefined if the run does not hold it, or the method did not
 * explain the token. Throws if a layer of attention is asked for whose row was not recorded.
 */
export async function readMap(run: Run, wanted: MapOfToken): Promise<Float32Array | undefined> {
  const { map, token, layer, head = "mean", pool = ownThread } = wanted;
  const { description, tensors } = run;
  const { reading } = mapRow(map);
  if (reading.from === "attention" && layer !== undefined) {
    return (await attentionRow(run, { layer, head, query: predictingPosition(description, token) })).data;
  }
  const dims = (name: string) => tensors.get(name)?.dims;
  if (!holdsMap(map, { dims, description }, token)) return undefined;
  switch (reading.from) {
    case "rows":
      return (await run.slice(reading.tensor, { start: token, end: token + 1 })).data as Float32Array;
    case "attention": {
      const positions = [predictingPosition(description, token)];
      return (await attentionBlock(run, { layers: "mean", heads: "mean", positions })).data;
    }
    case "lens":
      return lensMap(run, token, layer ?? description.model.languageLayers - 1);
    case "tensor-of-token":
      return (await run.tensor(tokenTensor(map, token))).data as Float32Array;
    case "explanations":
      return explanationShares(run, token, { pool });
  }
}
