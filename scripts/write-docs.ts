/** @file Writes what documents take from the program and its tests: docs/command-line.md, docs/check.schema.json, the models in FEATURES.md. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkSchemaDocument } from "./check-schema.ts";
import { withReference } from "./command-line-reference.ts";
import { withFeatureTable } from "./feature-table.ts";

const features = fileURLToPath(new URL("../FEATURES.md", import.meta.url));
writeFileSync(features, await withFeatureTable(features));
const pathOf = (name: string): string => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
writeFileSync(pathOf("command-line.md"), await withReference(pathOf("command-line.md")));
writeFileSync(pathOf("check.schema.json"), await checkSchemaDocument(pathOf("check.schema.json")));
