/** @file The inputs behind a token as rows of bars: the best patch of the picture and every word, most relevant first. */
import { shownWord } from "../../src/figure/token-names.ts";
import type { Evidence } from "../../src/methods/text-against-image.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";

export interface InputBehind {
  readonly key: string;
  /** "best image patch", "cup", "silver (answer)". */
  readonly label: string;
  readonly source: "image" | "question" | "answer";
  readonly relevancy: number;
  /** What a click selects: the patch, the words of the question, or the tokens of the answer; nothing of an earlier answer. */
  readonly select: Partial<Selection>;
}

/** Every input, most relevant first. */
export function inputsBehind(
  { patch, words }: Pick<Evidence, "patch" | "words">,
  { layout, document }: Pick<OpenRun, "layout" | "document">,
): InputBehind[] {
  const { start } = document.description.answer;
  const shown = (positions: readonly number[], text: string): string =>
    shownWord(document.description, positions, text);
  const inputs: InputBehind[] = words.map(({ text, positions, role, relevancy }) => ({
    key: `${role}.${positions[0]!}`,
    label: role === "answer" ? `${shown(positions, text)} (answer)` : shown(positions, text),
    source: role,
    relevancy,
    select:
      role === "question"
        ? { words: positions }
        : positions.some((position) => position < start)
          ? {}
          : { tokens: positions.map((position) => position - start) },
  }));
  if (patch) {
    const token = layout.imagePositions.indexOf(patch.position);
    inputs.push({
      key: "patch",
      label: "best image patch",
      source: "image",
      relevancy: patch.relevancy,
      select: { patches: token < 0 ? [] : [token], picture: patch.image },
    });
  }
  return inputs.sort((a, b) => b.relevancy - a.relevancy);
}
