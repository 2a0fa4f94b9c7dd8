/** @file Checks the fields of one object of a tokenizer's files. */
import type { z } from "zod";
import { checkJson } from "../json/check-json.ts";
import { quote } from "../json/quote.ts";

/** The fields as the schema gives them. Throws an Error that begins with `place`, the file and the object in it. */
export function readFields<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  const { data, issue } = checkJson(schema, value);
  if (issue === undefined) return data;
  const path = issue.path.length > 0 ? `${quote(issue.path.join("."))} is wrong: ` : "";
  throw new Error(`${place}: ${path}${issue.reason}.`);
}
