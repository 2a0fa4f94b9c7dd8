/** @file Writes what documents take from the program: the options in docs/command-line.md, and docs/check.schema.json. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkSchemaDocument } from "./check-schema.ts";
import { withReference } from "./command-line-reference.ts";

const pathOf = (name: string): string => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
writeFileSync(pathOf("command-line.md"), await withReference(pathOf("command-line.md")));
writeFileSync(pathOf("check.schema.json"), await checkSchemaDocument(pathOf("check.schema.json")));
