/** @file Text as HTML: the five characters that the filter `e` replaces. */
import { textOf } from "./repr.ts";
import { spendText, type Run } from "./run.ts";
import { Markup, type Value } from "./values.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  ">": "&gt;",
  "<": "&lt;",
  "'": "&#39;",
  '"': "&#34;",
};

/** The text of a value, escaped unless it is marked as HTML. */
export function escapeHtml(run: Run, value: Value): string {
  if (value instanceof Markup) return value.text;
  const text = textOf(run, value);
  const escaped = text.replace(/[&><'"]/g, (character) => entities[character]!);
  spendText(run, escaped.length * 4);
  return escaped;
}
