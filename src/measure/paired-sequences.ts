/** @file Two runs as sequences that can be patched into each other, up to the position that predicts an answer token. */
import { embedPrompt, type Sequence } from "../engine/embed.ts";
import type { PatchedPair } from "../scoring/patching.ts";
import type { HostedModel } from "../explain/host.ts";
import { loadPictures } from "../explain/pictures.ts";
import { encodePictures } from "../explain/question.ts";
import { questionOfRun } from "../explain/recorded-question.ts";
import { correspondence } from "../methods/patching/correspondence.ts";
import { ProblemError } from "../problem/problem.ts";
import { predictingPosition } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";

/** Embeds the prompt of a run with the beginning of an answer behind it, which may be another run's. */
async function embedRun(
  model: HostedModel,
  run: Run,
  { ids, signal }: { readonly ids: readonly number[]; readonly signal: AbortSignal | undefined },
): Promise<Sequence> {
  const { conversation, fit } = await questionOfRun(run);
  const { checkpoint, definition, host } = model;
  const options = { checkpoint, vision: definition.vision, fit, reader: host.pictures, signal };
  const encoded = await encodePictures(model, await loadPictures(conversation.pictures, options), { taps: [], signal });
  return embedPrompt(model, ids, encoded, run.description.answer.start);
}

/** Both sequences, and how their places on the key axis correspond. */
export interface PairedSequences {
  readonly own: Sequence;
  readonly other: Sequence;
  /** For places of this run, those of the other one. */
  readonly places: ReadonlyMap<number, number>;
}

const comparedTokens = ({ tokens }: RunDescription, ids: readonly number[]) =>
  ids.map((id, position) => {
    const token = tokens[position];
    return { id, image: token?.role === "image" ? token.image : undefined };
  });

/** Throws `bad-request` if the runs cannot be compared: other models, or cross-attention with another number of image tokens. */
function checkPair(own: RunDescription, other: RunDescription): void {
  const { config, index } = own.model.sha256;
  if (config !== other.model.sha256.config || index !== other.model.sha256.index) {
    throw new ProblemError(
      "bad-request",
      `Both runs must come from one model, but this one was made with "${own.model.name}" and the other with "${other.model.name}", or with other files of it.`,
    );
  }
  if (own.memory.length !== other.memory.length) {
    throw new ProblemError(
      "bad-request",
      `The pictures of this run have ${own.memory.length} image tokens behind the sequence and those of the other run ${other.memory.length}; compare pictures of one shape.`,
    );
  }
}

/**
 * Embeds both runs: each with its own prompt, followed by this run's answer up to the position that predicts answer token `token`. Throws
 * `bad-request` if the runs cannot be compared.
 */
export async function pairedSequences(
  model: HostedModel,
  { own, other, token, signal }: { own: Run; other: Run; token: number; signal: AbortSignal | undefined },
): Promise<PairedSequences> {
  const [ownSaid, otherSaid] = [own.description, other.description];
  checkPair(ownSaid, otherSaid);
  const target = predictingPosition(ownSaid, token);
  const ownIds = ownSaid.tokens.slice(0, target + 1).map(({ id }) => id);
  const otherIds = [
    ...otherSaid.tokens.slice(0, otherSaid.answer.start).map(({ id }) => id),
    ...ownIds.slice(ownSaid.answer.start),
  ];
  const prompts = {
    own: comparedTokens(ownSaid, ownIds.slice(0, ownSaid.answer.start)),
    other: comparedTokens(otherSaid, otherIds.slice(0, otherSaid.answer.start)),
  };
  const places = correspondence(prompts);
  // The beginning of the answer, and what predicts it, is the same in both.
  for (let back = 0; back <= ownIds.length - ownSaid.answer.start; back++) {
    places.set(ownIds.length - 1 - back, otherIds.length - 1 - back);
  }
  for (const index of ownSaid.memory.keys()) {
    places.set(ownSaid.tokens.length + index, otherSaid.tokens.length + index);
  }
  return {
    own: await embedRun(model, own, { ids: ownIds, signal }),
    other: await embedRun(model, other, { ids: otherIds, signal }),
    places,
  };
}

/** The pair in one direction, with the positions of both sequences. */
export function directed({ own, other, places }: PairedSequences, direction: "restored" | "removed"): PatchedPair {
  const rows = own.embedded.dims[0]!;
  const pairs = [...places].filter(([place]) => place < rows);
  return direction === "restored"
    ? { to: other, from: own, correspondence: new Map(pairs.map(([mine, theirs]) => [theirs, mine])) }
    : { to: own, from: other, correspondence: new Map(pairs) };
}
