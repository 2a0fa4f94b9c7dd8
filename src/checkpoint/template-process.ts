/**
 * @file Renders a Jinja template in a process of its own, and waits for it. Templates come with checkpoints: one that loops or
 * doubles a string without an end must not stop or end this process, and a worker thread that runs out of memory ends them all.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

/** Templates in use need a few milliseconds. */
export const templateTimeLimitMs = 2_000;

/** Length of the rendered text, and of every value on the way to it, in UTF-16 units or list entries. */
export const maxRenderedCharacters = 1_000_000;

/** Starting the process takes some 50 ms; this is only reached where a single built-in step does not end. */
const processTimeLimitMs = 10_000;

const maxHeapMegabytes = 128;

/** What the process runs. It is kept as text since the process can load neither this file's TypeScript nor its bundle. */
const program = `
"use strict";
const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");
const [library, timeLimit, maxLength] = [process.argv[1], Number(process.argv[2]), Number(process.argv[3])];
const { Interpreter, Template } = require(library);
const evaluate = Interpreter.prototype.evaluate;
Interpreter.prototype.evaluate = function (statement, environment) {
  const result = evaluate.call(this, statement, environment);
  const length = result?.value?.length;
  if (length > maxLength) throw new Error("it writes more than " + maxLength + " characters");
  return result;
};
const { template, variables } = JSON.parse(readFileSync(0, "utf8"));
let answer;
try {
  globalThis.render = () => new Template(template).render(variables);
  const text = new Script("render()").runInThisContext({ timeout: timeLimit });
  answer = { text };
} catch (error) {
  const late = error?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
  const reason = late ? "it takes longer than " + timeLimit / 1000 + " s" : String(error?.message ?? error);
  answer = { reason: reason.slice(0, 1000) };
}
process.stdout.write(JSON.stringify(answer));
`;

/** The rendered text, or why there is none. */
export type RenderedTemplate = { readonly text: string } | { readonly reason: string };

/**
 * Renders `template` with `variables` (plain data). Blocks until the text is there, at most some seconds; does not throw for
 * anything that a template can do.
 */
export function renderInProcess(template: string, variables: Readonly<Record<string, unknown>>): RenderedTemplate {
  const library = createRequire(import.meta.url).resolve("@huggingface/jinja");
  const limits = [String(templateTimeLimitMs), String(maxRenderedCharacters)];
  const { stdout, error, signal } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${maxHeapMegabytes}`, "--eval", program, library, ...limits],
    {
      input: JSON.stringify({ template, variables }),
      env: environmentOfProcess(),
      timeout: processTimeLimitMs,
      killSignal: "SIGKILL",
      // JSON may write a character as six.
      maxBuffer: 6 * maxRenderedCharacters + 1_000,
      windowsHide: true,
      encoding: "utf8",
    },
  );
  if ((error as { code?: unknown } | undefined)?.code === "ETIMEDOUT") {
    return { reason: `it takes longer than ${processTimeLimitMs / 1000} s` };
  }
  if (error !== undefined) return { reason: `the process for it cannot be run (${error.message})` };
  if (signal !== null || stdout === "") return { reason: `it needs more than ${maxHeapMegabytes} MB of memory` };
  return JSON.parse(stdout) as RenderedTemplate;
}

/** Only what Node itself and the local time need: a template has no business with the rest. */
function environmentOfProcess(): NodeJS.ProcessEnv {
  const names = ["TZ", "SystemRoot"].filter((name) => process.env[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
