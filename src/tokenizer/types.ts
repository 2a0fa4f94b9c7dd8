/** @file What a tokenizer does. */

/** Text to ids and back. Ids are those of the model, special tokens included if the tokenizer adds them. */
export interface Tokenizer {
  /** Ids of `text`; `addSpecialTokens` runs the tokenizer's own post-processor (BOS and the like). */
  encode(text: string, options: { readonly addSpecialTokens: boolean }): number[];
  /** Text of `ids`, as the tokenizer's decoder joins them. */
  decode(ids: readonly number[], options: { readonly skipSpecialTokens: boolean }): string;
  /** The vocabulary's own spelling of a token, such as "▁the" or "<0x0A>". Throws for an id out of range. */
  tokenOf(id: number): string;
  /** The id of an exact vocabulary entry, or undefined. */
  idOf(token: string): number | undefined;
  /** The UTF-8 bytes that a token stands for in text, with word-start marks as spaces and byte tokens as their byte. */
  bytesOf(id: number): Uint8Array;
  isSpecial(id: number): boolean;
  /** Text of each special token by its name, such as `bos_token` or `image_token`; has no prototype. */
  readonly specialTokens: Readonly<Record<string, string>>;
  readonly bosToken: string | undefined;
  readonly bosTokenId: number | undefined;
  readonly eosToken: string | undefined;
  readonly vocabularySize: number;
}

/** Makes a function that runs synchronous work, and throws an Error with `message` if it takes longer than `milliseconds`. */
export type TimeLimit = (milliseconds: number, message: string) => <T>(work: () => T) => T;
