/** @file `npm run bench:truth`: whether the methods find what the demo model is known to look at, and its planted shortcuts (docs/truth.md). */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HostedModel } from "../../src/explain/host.ts";
import { loadModel } from "../../src/local-model/load-model.ts";
import { bundledModels } from "../../src/program/demo.ts";
import { openNamedCheckpoint } from "../../src/workbench/open-checkpoint.ts";
import { askBoth, questionDocument } from "./both-models.ts";
import { truthOptions } from "./options.ts";
import { measurePair, pairKindOf, type ModelPair, type PairFinding } from "./pair.ts";
import { pairLines, pairScores } from "./pair-table.ts";
import { readQuestions, spread } from "./questions.ts";
import { reportDocument, sectionLines } from "./report.ts";
import { walk } from "./sections.ts";
import { readMaps } from "./submission.ts";
import { scoreSubmission, submissionLines } from "./submission-scores.ts";
import { writeCoefficients } from "./write-coefficients.ts";
import { tableName, writeTables } from "./write-tables.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const demoFolder = join(root, "demo");
const options = truthOptions(process.argv.slice(2));
const showProgress = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};
const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-truth-"));
const [demoName, twinName] = bundledModels.map(({ name }) => name) as [string, string];

async function open(name: string): Promise<HostedModel> {
  const checkpoint = await openNamedCheckpoint(name);
  return loadModel(checkpoint, { cacheFolder: folder, precision: "f32", maxMemoryBytes: 4e9 });
}

async function openPair(): Promise<ModelPair> {
  return { demo: await open(demoName), twin: await open(twinName) };
}

/** Prints the document or its tables, an empty line between them, and keeps the tables if that is asked for. */
async function print(document: object, tables: ReadonlyMap<string, readonly string[]>): Promise<void> {
  showProgress("");
  if (options.json) console.log(JSON.stringify(document, null, 1));
  else console.log([...tables.values()].map((lines) => lines.join("\n")).join("\n\n"));
  if (!options.writeTables) return;
  const named = [...tables].map(([name, lines]) => [tableName(name, options.scenes), lines] as const);
  await writeTables(join(root, "docs/truth.md"), new Map(named));
}

async function printSections(): Promise<void> {
  const model = await open(demoName);
  const { layers } = model.definition.language.config;
  const questions = spread(await readQuestions(demoFolder, options.scenes), options.limit);
  const found = await walk(model, questions, { sections: options.sections, folder, onProgress: showProgress });
  await print(reportDocument(found, layers), sectionLines(found, layers));
  if (options.writeGrounding) await writeCoefficients(found.grounding);
}

async function printPair(): Promise<void> {
  const models = await openPair();
  const every = (await readQuestions(demoFolder, options.scenes)).filter((question) => pairKindOf(question));
  const questions = spread(every, options.limit);
  const findings: PairFinding[] = [];
  for (const [index, question] of questions.entries()) {
    showProgress(`${index} of ${questions.length} questions`);
    const finding = await measurePair(models, question, folder);
    if (finding !== undefined) findings.push(finding);
  }
  await print({ scores: pairScores(findings), findings }, new Map([["pair", pairLines(findings)]]));
}

/** The questions that count, with the answers of both models. */
async function answered() {
  const questions = await readQuestions(demoFolder, options.scenes);
  return askBoth(await openPair(), questions, { limit: options.limit, onProgress: showProgress });
}

async function printQuestions(): Promise<void> {
  const document = (await answered()).map(questionDocument);
  showProgress("");
  console.log(JSON.stringify(document, null, 1));
}

async function printMaps(maps: string): Promise<void> {
  const [demo, twin] = await Promise.all([demoName, twinName].map((name) => readMaps(join(maps, name))));
  const found = await scoreSubmission(await answered(), { demo: demo!, twin: twin! });
  await print({ ...found, scores: pairScores(found.pair) }, new Map([["maps", submissionLines(found)]]));
}

try {
  if (options.maps !== undefined) await printMaps(options.maps);
  else if (options.mode === "pair") await printPair();
  else if (options.mode === "questions") await printQuestions();
  else await printSections();
} finally {
  await rm(folder, { recursive: true, force: true });
}
