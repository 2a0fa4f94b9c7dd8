/** @file Whether the decisive word of an answer is the one that the question is known to turn on. */
import type { Asked } from "./asking.ts";
import { chosenTokens } from "./questions.ts";

/** What was found about the decisive word of one answer. */
export interface DecisiveFinding {
  readonly name: string;
  readonly scene: string;
  readonly source: "examples" | "benchmark" | "restated";
  readonly text: string;
  readonly answer: string;
  /** The words of the key, or of the other choice if the model chose that; null if the answer holds none of them. */
  readonly known: string | null;
  readonly decisive: Asked["decisive"];
  /** True if the decisive token is one of those that hold the known words. */
  readonly right: boolean;
}

/** Compares the decisive word with the tokens that hold the known words of the question. */
export function decisiveFinding({ question, answer, texts, decisive }: Asked): DecisiveFinding {
  const { name, scene, text, restated } = question;
  const known = chosenTokens(question, texts);
  return {
    name,
    scene,
    source: restated === true ? "restated" : name.startsWith("examples/") ? "examples" : "benchmark",
    text,
    answer,
    known:
      known === undefined
        ? null
        : known
            .map((token) => texts[token]!)
            .join("")
            .trim(),
    decisive,
    right: decisive !== null && known?.includes(decisive.index) === true,
  };
}
