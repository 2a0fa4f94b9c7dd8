/** @file Forwards a second under interventions, by what they leave out, and what verified causes cost. `npm run bench -- interventions`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InterventionsRequest, InterventionsTimes, WorkTimes } from "./interventions-job.ts";
import { bigModel, makeCheckpoint, type ModelSizes } from "./random-checkpoint.ts";
import { demoCheckpoint, picture, row, runJob, seconds } from "./run-job.ts";

/** The widths of the big model, with few layers. */
const layers = 4;
const shortModel: ModelSizes = {
  vision: { ...bigModel.vision, layers },
  language: { ...bigModel.language, layers },
};

const each = ({ forwards, wall, processor }: WorkTimes): [value: string, note: string] => [
  `${(forwards / (wall / 1000)).toFixed(1)} /s`,
  `${seconds(processor / forwards)} of the processor each`,
];

function printTimes({ tokens, kinds, minimal, flow }: InterventionsTimes): void {
  row("sequence", String(tokens), "tokens");
  for (const [name, times] of Object.entries(kinds)) row(name, ...each(times));
  if (flow !== undefined) {
    const spearman = flow.spearman === null ? "too few effects" : `Spearman ${flow.spearman.toFixed(2)}`;
    const cost = `${seconds(flow.processor)} of the processor, ${flow.forwards} forwards`;
    row("flow graph of a word", seconds(flow.wall), `${cost}; estimates against effects: ${spearman}`);
  }
  if (minimal === undefined) return;
  const { forwards, wall, processor, sets, verified } = minimal;
  const found = `${sets} sets found, ${verified} verified`;
  row(
    "minimal causes of a word",
    seconds(wall),
    `${seconds(processor)} of the processor, ${forwards} forwards; ${found}`,
  );
  if (verified === 0) return;
  row("a verified cause", seconds(wall / verified), `${(forwards / verified).toFixed(0)} forwards`);
}

const question = "Which way does the arrow point?";

/** Prints a row a kind, for the demo model and for wide layers of random weights. */
export async function benchInterventions(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-bench-"));
  const timesOf = async (request: Pick<InterventionsRequest, "checkpoint" | "forwards" | "causes">) => {
    const whole: InterventionsRequest = { ...request, cacheFolder: folder, picture, question, answerTokens: 16 };
    return (await runJob<InterventionsTimes>("interventions-job.ts", whole)).times;
  };
  try {
    console.log("\nForwards with interventions, demo model");
    printTimes(await timesOf({ checkpoint: demoCheckpoint, forwards: 100, causes: true }));
    const { language } = shortModel;
    console.log(`\nForwards with interventions, random weights (Llama ${language.layers} x ${language.width})`);
    const checkpoint = join(folder, "short");
    await makeCheckpoint(checkpoint, shortModel, demoCheckpoint);
    printTimes(await timesOf({ checkpoint, forwards: 4, causes: false }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
