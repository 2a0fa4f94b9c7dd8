/** @file A file to hand out that is in memory. */

/** Bytes to hand out, with what they are. */
export interface NamedBytes {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}
