/** @file The JSON Schema of what `models check --json` prints, from the schema that the program itself has. */
import { format, resolveConfig } from "prettier";
import { z } from "zod";
import { checkReportSchema } from "../src/check/report-schema.ts";

/** The document docs/check.schema.json, as Prettier writes it. */
export async function checkSchemaDocument(path: string): Promise<string> {
  const schema = { title: "lvlm-interpret models check --json", ...z.toJSONSchema(checkReportSchema) };
  return format(JSON.stringify(schema), { ...(await resolveConfig(path)), parser: "json" });
}
