/** @file Whose attention is shown: the positions that predict the chosen answer tokens, or those of question words. */
import { nameOfTokens } from "../../src/figure/token-names.ts";
import { chosenTokens } from "./chosen-tokens.ts";
import type { OpenRun } from "./open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";

/** Rows of attention and what they are called. */
export interface AttentionSource {
  /** Query positions, ascending; a mean is taken over several. Empty while the choice of the run is on its way. */
  readonly positions: readonly number[];
  /** "from the position that predicts “right”" */
  readonly name: string;
}

export type SourceSelection = Pick<Selection, "from" | "tokens" | "words">;

function questionSource({ layout, document }: Pick<OpenRun, "layout" | "document">, words: readonly number[]) {
  const all = layout.questionWords.flatMap(({ positions }) => positions);
  const { tokens } = document.description;
  const chosen = words.filter((position) => tokens[position]?.role === "question");
  if (chosen.length === 0) return { positions: all, name: "from the question, mean of its tokens" };
  return { positions: chosen, name: `from ${nameOfTokens(document.description, chosen)} in the question` };
}

/** The rows that the selection asks for. */
export function attentionSource(run: OpenRun, selection: SourceSelection): AttentionSource {
  if (selection.from === "question") return questionSource(run, selection.words);
  const tokens = chosenTokens(run, selection);
  const { description } = run.document;
  const name = nameOfTokens(
    description,
    tokens.map((token) => description.answer.start + token),
  );
  return {
    positions: tokens.map((token) => run.layout.predicting[token]!),
    name: `from the position${tokens.length > 1 ? "s" : ""} that predict${tokens.length > 1 ? "" : "s"} ${name}`,
  };
}

/** "layer 3, head 5", "layer 3, mean of its heads", "mean of all heads". */
export function nameOfHead({ layer, head }: Pick<Selection, "layer" | "head">): string {
  if (layer === null) return head === null ? "mean of all heads" : `head ${head}, mean of all layers`;
  return head === null ? `layer ${layer}, mean of its heads` : `layer ${layer}, head ${head}`;
}
