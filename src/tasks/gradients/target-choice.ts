/** @file What of a token is explained, as a user says it, and the ids that it means. */
import type { Tokenizer } from "../../checkpoint/types.ts";
import type { TargetKind } from "../../engine/target.ts";
import { quote } from "../../safetensors/quote.ts";

/** `contrast` names the rival: why the answer's token and not this one. */
export type TargetChoice =
  { readonly kind: "logit" } | { readonly kind: "logprob" } | { readonly kind: "contrast"; readonly rival: string };

/** Reads `logit`, `logprob` or `contrast:TOKEN`; undefined for anything else. */
export function parseTarget(text: string): TargetChoice | undefined {
  if (text === "logit" || text === "logprob") return { kind: text };
  const rival = /^contrast:(.+)$/s.exec(text)?.[1];
  return rival === undefined ? undefined : { kind: "contrast", rival };
}

export function showTarget(target: TargetChoice): string {
  return target.kind === "contrast" ? `contrast:${target.rival}` : target.kind;
}

/**
 * The one token that a text means: a vocabulary entry as it is spelled, or the token of the text with a space before it or without. Throws
 * one sentence where it takes several tokens.
 */
export function tokenIdOf(tokenizer: Tokenizer, text: string): number {
  const known = tokenizer.idOf(text);
  const encoded = [` ${text}`, text].map((spelled) => tokenizer.encode(spelled, { addSpecialTokens: false }));
  // A tokenizer that marks the beginning of the text gives " right" and "right" the same single token.
  const single = encoded.find((ids) => ids.length === 1)?.[0];
  const id = single ?? known;
  if (id !== undefined) return id;
  const pieces = encoded[0]!.map((piece) => quote(tokenizer.tokenOf(piece)));
  throw new Error(
    `${quote(text)} is ${pieces.length} tokens (${pieces.slice(0, 8).join(", ")}), and a contrast needs one; name one of them as it is spelled here.`,
  );
}

export function resolveTarget(tokenizer: Tokenizer, target: TargetChoice): TargetKind {
  return target.kind === "contrast" ? { kind: "contrast", rivalId: tokenIdOf(tokenizer, target.rival) } : target;
}
