/**
 * @file Jinja2 templates as transformers runs them: in a sandbox that changes nothing, with trimmed blocks, `break`, `continue` and
 * `generation`. The text is the one of Jinja2 3.1.6, or the template is refused. No template runs longer than some 50 ms.
 */
import { compileTemplate } from "./compile.ts";
import { TemplateError } from "../python/errors.ts";
import { parseTemplate } from "./parse.ts";
import { createRun, type Run } from "../python/run.ts";
import { Dict, type Value } from "../python/values.ts";

export { TemplateError } from "../python/errors.ts";

/** Plain data; whole numbers become ints. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain | undefined };

/** Renders with variables, at a time in the local zone. */
export type Template = (variables: Readonly<Record<string, Plain>>, now?: Date) => string;

/** Reads a template. Throws a TemplateError if it is not Jinja, or uses what is not supported. */
export function readTemplate(source: string): Template {
  const render = withDepthLimit(() => compileTemplate(parseTemplate(source)));
  return (variables, now = new Date()) => {
    const values = new Map<string, Value>();
    const run = createRun(values, now);
    const out = { text: "" };
    withDepthLimit(() => {
      for (const [name, value] of Object.entries(variables)) values.set(name, valueOf(run, value));
      render(run, out);
    });
    return out.text;
  };
}

/** A template that calls itself without an end fills the stack. */
function withDepthLimit<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateError("it is nested too deeply", { cause: error });
    throw error;
  }
}

function valueOf(run: Run, plain: Plain): Value {
  if (typeof plain === "number") return Number.isInteger(plain) ? BigInt(plain) : plain;
  if (plain === null || typeof plain !== "object") return plain;
  if (isPlainList(plain)) return plain.map((each) => valueOf(run, each));
  const dict = new Dict();
  for (const [key, value] of Object.entries(plain)) {
    if (value !== undefined) dict.set(run, key, valueOf(run, value));
  }
  return dict;
}

function isPlainList(plain: Exclude<Plain, string | number | boolean | null>): plain is readonly Plain[] {
  return Array.isArray(plain);
}
