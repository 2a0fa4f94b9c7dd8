/** @file `npm run bench:truth`: whether the methods find what the demo model is known to look at, and its planted shortcuts (docs/truth.md). */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadModel } from "../../src/engine/model.ts";
import { demoModelName } from "../../src/tasks/demo.ts";
import { openNamedCheckpoint } from "../../src/tasks/open-checkpoint.ts";
import { examine } from "./findings.ts";
import type { Finding } from "./findings.ts";
import { readQuestions } from "./questions.ts";
import { truthDocument } from "./summary.ts";
import { truthTable } from "./table.ts";

const demoFolder = fileURLToPath(new URL("../../demo", import.meta.url));
const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });

const cacheFolder = await mkdtemp(join(tmpdir(), "lvlm-interpret-truth-"));
try {
  const checkpoint = await openNamedCheckpoint(demoModelName);
  const model = await loadModel(checkpoint, { cacheFolder, precision: "f32", maxMemoryBytes: 4e9 });
  const { layers } = model.definition.language.config;
  // The model guesses left and right of something, so that there is no truth to find.
  const questions = (await readQuestions(demoFolder)).filter(({ family }) => family !== "relation");
  const findings: Finding[] = [];
  for (const question of questions) {
    findings.push(await examine(model, question, cacheFolder));
    if (process.stderr.isTTY) process.stderr.write(`\r${findings.length} of ${questions.length} questions`);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  if (values.json) console.log(JSON.stringify(truthDocument(findings, layers), null, 1));
  else for (const line of truthTable(findings, layers)) console.log(line);
} finally {
  await rm(cacheFolder, { recursive: true, force: true });
}
