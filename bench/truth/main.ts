/** @file `npm run bench:truth`: whether the methods find what the demo model is known to look at, and its planted shortcuts (docs/truth.md). */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadModel } from "../../src/local-model/load-model.ts";
import { demoModelName } from "../../src/program/demo.ts";
import { openNamedCheckpoint } from "../../src/workbench/open-checkpoint.ts";
import { readQuestions, scenesNames, spread, type Scenes } from "./questions.ts";
import { reportDocument, reportLines } from "./report.ts";
import { sectionNames, walk, type SectionName } from "./sections.ts";
import { writeCoefficients } from "./write-coefficients.ts";

const demoFolder = fileURLToPath(new URL("../../demo", import.meta.url));
const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    limit: { type: "string" },
    scenes: { type: "string", default: "first" },
    "write-grounding": { type: "boolean", default: false },
  },
});

/** Throws an Error if the section does not exist, or its coefficients are to be written without it. */
function chosenSections(): ReadonlySet<SectionName> {
  const { only, "write-grounding": writes } = values;
  if (only === undefined) return new Set(writes ? ["grounding"] : sectionNames);
  const section = sectionNames.find((name) => name === only);
  if (section === undefined) throw new Error(`--only takes ${sectionNames.join(", ")}, got "${only}".`);
  if (writes && section !== "grounding") throw new Error(`--write-grounding needs --only grounding, got "${only}".`);
  return new Set([section]);
}

/** At most this many questions; undefined for all. Throws an Error if it is not a number of questions. */
function chosenLimit(): number | undefined {
  const { limit } = values;
  if (limit === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new Error(`--limit takes a number of questions from 1 on, got "${limit}".`);
  return Number(limit);
}

/** Throws an Error if there are no such scenes, or coefficients are to be fitted to those that are kept apart. */
function chosenScenes(): Scenes {
  const scenes = scenesNames.find((name) => name === values.scenes);
  if (scenes === undefined) throw new Error(`--scenes takes ${scenesNames.join(" or ")}, got "${values.scenes}".`);
  if (scenes !== "first" && values["write-grounding"]) {
    throw new Error("--write-grounding fits to the first scenes; leave --scenes out.");
  }
  return scenes;
}

const sections = chosenSections();
const limit = chosenLimit();
const scenes = chosenScenes();
const showProgress = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};
const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-truth-"));
try {
  const checkpoint = await openNamedCheckpoint(demoModelName);
  const model = await loadModel(checkpoint, { cacheFolder: folder, precision: "f32", maxMemoryBytes: 4e9 });
  const { layers } = model.definition.language.config;
  const questions = spread(await readQuestions(demoFolder, scenes), limit);
  const found = await walk(model, questions, { sections, folder, onProgress: showProgress });
  showProgress("");
  if (values.json) console.log(JSON.stringify(reportDocument(found, layers), null, 1));
  else for (const line of reportLines(found, layers)) console.log(line);
  if (values["write-grounding"]) await writeCoefficients(found.grounding);
} finally {
  await rm(folder, { recursive: true, force: true });
}
