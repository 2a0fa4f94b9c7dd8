/** @file The model of a tokenizer: from a piece of text to ids. */

export interface TokenModel {
  /** Ids of the model's own entries, added tokens left out. */
  readonly idOf: ReadonlyMap<string, number>;
  /** Ids of one piece of text. Throws an Error if it has no token for a part, and no unknown token. */
  encode(piece: string): readonly number[];
}
