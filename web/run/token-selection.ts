/** @file Which answer tokens are selected after a click or a key: alone, extended, or one more or less. */

export interface TokenChoice {
  /** The tokens that can be chosen, in reading order. */
  readonly all: readonly number[];
  /** Those chosen now, ascending. */
  readonly chosen: readonly number[];
}

export type ChoiceMode = "alone" | "extend" | "toggle";

/** Shift extends, Ctrl or Command adds or takes away. */
export function choiceMode(event: {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}): ChoiceMode {
  if (event.shiftKey) return "extend";
  return event.ctrlKey || event.metaKey ? "toggle" : "alone";
}

/**
 * The selection after `token` was chosen, ascending. Extending reaches from the anchor (the token chosen before) to the token; the last
 * token of a selection cannot be taken away.
 */
export function choose(
  { all, chosen }: TokenChoice,
  token: number,
  { mode, anchor }: { readonly mode: ChoiceMode; readonly anchor: number },
): number[] {
  if (mode === "alone") return [token];
  if (mode === "toggle") {
    if (!chosen.includes(token)) return [...chosen, token].sort((a, b) => a - b);
    const rest = chosen.filter((each) => each !== token);
    return rest.length === 0 ? [token] : rest;
  }
  const [from, to] = [Math.min(anchor, token), Math.max(anchor, token)];
  return all.filter((each) => each >= from && each <= to);
}

/** The token that a key leads to from `token`; undefined for other keys. Stays at the ends. */
export function tokenAfterKey(all: readonly number[], token: number, key: string): number | undefined {
  const at = all.indexOf(token);
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[key];
  return next === undefined ? undefined : all[Math.min(all.length - 1, Math.max(0, next))];
}

/** Adds the positions of a word to the selection of words, or takes them away where all of them are in it; ascending. */
export function toggleWord(words: readonly number[], positions: readonly number[]): number[] {
  const isIn = positions.every((position) => words.includes(position));
  const rest = words.filter((position) => !positions.includes(position));
  return isIn ? rest : [...rest, ...positions].sort((a, b) => a - b);
}
