/** @file What of a token is explained, as a user says it, and the ids that it means. */
import type { Checkpoint } from "../checkpoint/types.ts";
import type { TargetKind } from "../engine/target.ts";
import { quote } from "../json/quote.ts";

/**
 * `contrast` names the rival: why the answer's token and not this one. `rivalId` is its vocabulary entry if that is known: the text "s"
 * alone means a word, and never the end of "points".
 */
export type TargetChoice =
  | { readonly kind: "logit" }
  | { readonly kind: "logprob" }
  | { readonly kind: "contrast"; readonly rival: string; readonly rivalId?: number | undefined };

/** Reads `logit`, `logprob` or `contrast:TOKEN`; undefined for anything else. */
export function parseTarget(text: string): TargetChoice | undefined {
  if (text === "logit" || text === "logprob") return { kind: text };
  const rival = /^contrast:(.+)$/s.exec(text)?.[1];
  return rival === undefined ? undefined : { kind: "contrast", rival };
}

/** What a text is encoded with. */
export type TokenSource = Pick<Checkpoint, "tokenizer" | "encode">;

export function showTarget(target: TargetChoice): string {
  return target.kind === "contrast" ? `contrast:${target.rival}` : target.kind;
}

/**
 * The one token that a text means: a vocabulary entry as it is spelled, or the token of the text with a space before it or without. Throws
 * an Error if it takes several tokens.
 */
export async function tokenIdOf(
  { tokenizer, encode }: TokenSource,
  text: string,
  signal?: AbortSignal,
): Promise<number> {
  const known = tokenizer.idOf(text);
  const spellings = [` ${text}`, text];
  const encoded = await Promise.all(spellings.map((spelled) => encode(spelled, { addSpecialTokens: false, signal })));
  // A tokenizer that marks the beginning of the text gives " right" and "right" the same single token.
  const single = encoded.find((ids) => ids.length === 1)?.[0];
  const id = single ?? known;
  if (id !== undefined) return id;
  const pieces = encoded[0]!.map((piece) => quote(tokenizer.tokenOf(piece)));
  throw new Error(
    `${quote(text)} is ${pieces.length} tokens (${pieces.slice(0, 8).join(", ")}), and a contrast needs one; name one of them as it is spelled here.`,
  );
}

/** Throws an Error if the rival is no single token of the vocabulary. */
export async function resolveTarget(
  source: TokenSource,
  target: TargetChoice,
  signal?: AbortSignal,
): Promise<TargetKind> {
  if (target.kind !== "contrast") return target;
  const { tokenizer } = source;
  const rivalId = target.rivalId ?? (await tokenIdOf(source, target.rival, signal));
  if (rivalId >= tokenizer.vocabularySize) {
    throw new Error(
      `The token of a contrast must be one of the vocabulary, 0 to ${tokenizer.vocabularySize - 1}, got ${rivalId}; choose one of the alternatives.`,
    );
  }
  return { kind: "contrast", rivalId };
}
