/** @file What two runs are called beside each other, so that they can be told apart. */
import type { RunDescription } from "../../../src/run/types.ts";

/** What names are made of. */
export interface NamedRun {
  readonly id: string;
  readonly document: {
    readonly summary: { readonly name: string; readonly question: string; readonly edits: number };
    readonly description: Pick<RunDescription, "images" | "model">;
  };
}

/** Names of a run, the one that says most first. */
const namings: readonly ((run: NamedRun) => string)[] = [
  ({ document }) => document.summary.name,
  ({ document }) => document.summary.question,
  ({ document }) => document.description.images.map(({ name }) => name).join(", ") || "without a picture",
  ({ document }) => (document.summary.edits > 0 ? "edited picture" : "original picture"),
  ({ document }) => document.description.model.name,
  ({ id }) => id,
];

/** The names of two runs: the first kind of name that both have and that differs. Ids always do. */
export function namesApart(a: NamedRun, b: NamedRun): { readonly a: string; readonly b: string } {
  const apart = namings.find((naming) => naming(a) !== "" && naming(b) !== "" && naming(a) !== naming(b));
  const naming = apart ?? (({ id }: NamedRun) => id);
  return { a: naming(a), b: naming(b) };
}
