/** @file Checks parsed JSON of others against a schema, and says in words what is wrong with it. */
import type { z } from "zod";
import { oneLine } from "./quote.ts";

/** What is wrong, and the names and indices that lead there. */
export interface JsonIssue {
  readonly path: readonly PropertyKey[];
  /** A part of a sentence, such as "expected string, received nothing". */
  readonly reason: string;
}

export type CheckedJson<T> =
  { readonly data: T; readonly issue?: undefined } | { readonly issue: JsonIssue; readonly data?: undefined };

/** The message of a schema as a part of a sentence. It may repeat names of the file, which may be long or steer a terminal. */
export function issueReason(message: string): string {
  return oneLine(
    message
      .replace(/^Invalid input: /, "")
      .replace(/received undefined$/, "received nothing")
      .replace(/received NaN$/, "received no number"),
  );
}

/** The value as the schema gives it, or the first thing that is wrong. */
export function checkJson<S extends z.ZodType>(schema: S, value: unknown): CheckedJson<z.output<S>> {
  let result;
  try {
    result = schema.safeParse(value);
  } catch {
    // The library reads the length of an object before it knows that it is no text; one that is no number makes it fail.
    return { issue: { path: [], reason: 'an object in it has a field "length" where a text or a list belongs' } };
  }
  if (result.success) return { data: result.data };
  const { path, message } = result.error.issues[0]!;
  return { issue: { path, reason: issueReason(message) } };
}
