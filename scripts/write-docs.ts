/** @file Writes what documents take from the program: the options in docs/command-line.md. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withReference } from "./command-line-reference.ts";

const path = fileURLToPath(new URL("../docs/command-line.md", import.meta.url));
writeFileSync(path, await withReference(path));
