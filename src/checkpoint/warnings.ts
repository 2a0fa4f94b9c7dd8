/** @file Collects the warnings of the readers of a checkpoint: a sentence each. */
import { quote } from "../json/quote.ts";

/** Takes a sentence that names the file, both values that differ, and which one is used. */
export type Warn = (sentence: string) => void;

/** Warnings of one checkpoint; a damaged file must not flood a terminal or a run file. */
export const maxWarnings = 50;

/** Characters of one warning. */
export const maxWarningLength = 1_000;

export interface WarningCollector {
  readonly warn: Warn;
  /** The sentences so far, each once, in the order of their first appearance. */
  list(): readonly string[];
}

/** Keeps each sentence once, the first `maxWarnings` of them, cut after `maxWarningLength` characters. */
export function collectWarnings(): WarningCollector {
  const sentences = new Set<string>();
  return {
    warn(sentence) {
      const cut = sentence.length <= maxWarningLength ? sentence : `${sentence.slice(0, maxWarningLength - 1)}…`;
      if (sentences.size < maxWarnings) sentences.add(cut);
    },
    list: () => [...sentences],
  };
}

/** How a warning names a file: without its folder, since warnings are kept in runs and sent to pages. */
export function shownFile(file: string): string {
  return file.split(/[\\/]/).at(-1)!;
}

/** Names that a warning lists one by one. */
const listedNames = 5;

/** The first names, quoted, and how many more there are. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, listedNames).map(quote).join(", ");
  return names.length <= listedNames ? shown : `${shown} and ${names.length - listedNames} more`;
}
