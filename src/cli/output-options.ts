/** @file What `--out` and `--force` say of the files that a command writes. */
import { quote } from "../json/quote.ts";
import { locateNamedCheckpoint } from "../workbench/open-checkpoint.ts";
import type { OutputRule } from "../export/outputs/check-output.ts";
import { kindOfName } from "../export/outputs/endings.ts";
import { UsageError } from "./usage-error.ts";

/** Throws a UsageError if the ending of `--out` says that the file is something else than what is written. */
export function checkEnding(
  out: string,
  { allowed, advice }: { readonly allowed: readonly string[]; readonly advice: string },
): void {
  const kind = kindOfName(out);
  if (kind !== undefined && !allowed.includes(kind)) {
    throw new UsageError(`--out ${quote(out)} looks like ${kind}; ${advice}.`);
  }
}

/** The rule for the files of a command that reads a model, pictures, and the messages of `--messages`. */
export async function outputRuleOf(
  { model, messages, force }: { readonly model: string; readonly messages?: string; readonly force: boolean },
  pictures: readonly string[],
): Promise<Omit<OutputRule, "kind">> {
  const { folder } = await locateNamedCheckpoint(model);
  return {
    force,
    inputs: [
      { path: folder, what: "the model" },
      ...pictures.map((path) => ({ path, what: "the picture" })),
      ...(messages === undefined ? [] : [{ path: messages, what: "the file of messages" }]),
    ],
  };
}
