/** @file What a kind of input is: how one is made, and what of the product takes it. */
import type { Random } from "./random.ts";

/** Keeps a description of the input, for the replay of a single one. */
type Show = (input: unknown) => void;

/**
 * Makes one input and gives it to the product. Resolves if the product accepts it and everything that must hold of it does; throws
 * what the product throws, or a PropertyFault.
 */
type TryInput = (random: Random, show: Show) => Promise<void> | void;

export interface OpenKind {
  readonly tryInput: TryInput;
  /** Ends what was started. */
  close?(): Promise<void> | void;
}

export interface FuzzKind {
  /** As `--only` takes it. */
  readonly name: string;
  /** In words, for the table. */
  readonly label: string;
  /** How many of 1,000 inputs are of this kind: cheap ones are many. */
  readonly share: number;
  /** Prepares what all inputs share. `folder` is empty and the kind's own. */
  open(folder: string): Promise<OpenKind> | OpenKind;
}
