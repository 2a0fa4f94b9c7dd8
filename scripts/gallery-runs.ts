/**
 * @file Makes the runs that the gallery draws: test/browser/gallery/runs/arrow.run.safetensors of the demo model, which holds every method and
 * measurement, arrow-up.run.safetensors to compare it with, tiles.run.safetensors of a tiny LLaVA-NeXT, and cup.run.safetensors and
 * cup-full.run.safetensors, whose causes were searched. Run it only if a run must hold something new, since every picture with a number of the
 * run may change; `scripts/gallery-runs.ts tiles` or `causes` makes these runs alone.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { demoExamplesFolder } from "../src/program/demo.ts";
import { defaultToken } from "../src/findings/decisive-word.ts";
import { cleannRequestOf, dependenceRequestOf, flowRequestOf, minimalRequestOf } from "../src/run/cause-requests.ts";
import { defaultCausalSettings } from "../src/run/causes.ts";
import { nullKinds, nullSetLimits, usualConfirmations } from "../src/run/measure-choices.ts";
import { mapMethods } from "../src/run/map-catalogue.ts";
import { methods } from "../src/run/maps.ts";
import type { MeasureRequest } from "../src/run/measures.ts";
import { changedRun } from "../src/run/rewrite-run.ts";
import { openRunFile } from "../src/workbench/run-files.ts";
import { openWorkbench } from "../src/workbench/workbench.ts";
import type { ComputeRequest } from "../src/workbench/jobs/compute-job.ts";

const target = fileURLToPath(new URL("../test/browser/gallery/runs/", import.meta.url));
const question = "Which way does the arrow point?";
/** The answer is "The arrow points right.": “right.” is what the picture decides. */
const token = 4;
const seed = 0;
/** When the first run is said to be made, some hours before the clock of the gallery. */
const firstTime = Date.parse("2026-11-30T09:20:00Z");
/** A model that tiles, and a picture so wide that it gets several tiles. */
const tilingModel = fileURLToPath(new URL("../test/fixtures/llava-next/checkpoint/", import.meta.url));
const [wideWidth, wideHeight] = [448, 180];
/** The patches of the arrow, which the view of the place selects. */
const place = [145, 146, 147, 148, 159, 160, 161, 162, 173, 174, 175, 176];

/** Pictures whose causes are searched: a set of the picture is confirmed, and the picture does not matter. */
const searched = [
  { file: "cup-empty.png", name: "cup", about: "Is the cup full or empty?", cleann: false },
  { file: "cup-full.png", name: "cup-full", about: "Is the cup empty or full?", cleann: true },
] as const;
/** Attention is most of a run. */
const ofAttention = /^(language\.attention|rollout)/;
const causalGraph = { layer: 5, head: 4, ...defaultCausalSettings };
const only = process.argv[2];

const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-gallery-"));
const workbench = await openWorkbench({ runsFolder: folder, modelFolders: [tilingModel] });
try {
  const makes = (name: string): boolean => only === undefined || only === name;
  if (makes("arrow")) {
    const full = await ask("arrow-right.png");
    await compute(full, { methods: [...methods], variants: ["exact", "reference"] });
    for (const measure of await measures(full)) await compute(full, { methods: [], measure });
    await compute(full, { methods: [], measure: dependenceRequestOf(token) });
    await keep(full, "arrow", { minutes: 0 });
    await keep(await ask("arrow-up.png"), "arrow-up", { minutes: 8 });
  }
  if (makes("tiles")) {
    const tiled = await ask("arrow-right.png", { model: tilingModel, height: wideHeight });
    await compute(tiled, { methods: ["relevancy"], variants: ["exact"] });
    await keep(tiled, "tiles", { minutes: 16 });
  }
  if (makes("causes")) {
    for (const [index, { file, name, about, cleann }] of searched.entries()) {
      const run = await ask(file, { about });
      const { description } = await workbench.openRun(run);
      const explained = defaultToken({ description }).tokens[0]!;
      await compute(run, { methods: [], measure: minimalRequestOf(description, explained) });
      await compute(run, { methods: [], measure: flowRequestOf(description, explained) });
      if (cleann) await compute(run, { methods: [], measure: cleannRequestOf({ ...causalGraph, token: explained }) });
      if (cleann) await compute(run, { methods: [], measure: dependenceRequestOf(explained) });
      await keep(run, name, { minutes: 24 + 8 * index, withoutAttention: !cleann });
    }
  }
} finally {
  await workbench.close();
  await rm(folder, { recursive: true });
}

interface AskedModel {
  /** The question; the usual one if it is left out. */
  readonly about?: string;
  /** The demo model if it is left out. */
  readonly model?: string;
  /** Height in pixels that the picture is pressed to; its own if it is left out. */
  readonly height?: number;
}

async function ask(file: string, { about = question, model = "demo", height }: AskedModel = {}): Promise<string> {
  const bytes = await flat(join(demoExamplesFolder, file), height);
  const { id } = await workbench.storePicture({ name: file, bytes });
  return runOf(
    await workbench.ask({
      model,
      messages: [{ role: "user", content: [{ type: "image" }, { type: "text", text: about }] }],
      pictures: [{ original: id }],
      fit: "default",
      sampling: { maxNewTokens: 12, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed },
    }),
  );
}

/** The picture without its grain, which would make each committed picture of the page several times as large. */
async function flat(path: string, height?: number): Promise<Uint8Array> {
  const picture = sharp(path).median(9);
  if (height !== undefined) picture.resize({ height, width: wideWidth, fit: "fill", kernel: "nearest" });
  return new Uint8Array(await picture.png({ palette: true, colours: 16, dither: 0 }).toBuffer());
}

async function compute(run: string, request: ComputeRequest): Promise<void> {
  await runOf(await workbench.compute(run, request));
}

async function runOf(job: string): Promise<string> {
  for await (const { event } of workbench.events(job, 0)) {
    if (event.type === "failed") throw new Error(`The run was not made: ${event.error.message}`);
    if (event.type === "done" && event.run !== undefined) return event.run;
  }
  throw new Error(`Job ${job} ended without a run.`);
}

/** Copies a run without the maps of the vision tower, which no view shows and which are a third of it. */
async function keep(
  id: string,
  name: string,
  { minutes, withoutAttention = false }: { readonly minutes: number; readonly withoutAttention?: boolean },
): Promise<void> {
  const created = new Date(firstTime + minutes * 60_000).toISOString();
  const opened = await openRunFile(join(folder, `${id}.run.safetensors`));
  const drop = (tensor: string): boolean =>
    tensor.startsWith("vision.attention") || (withoutAttention && ofAttention.test(tensor));
  const { methods: all } = opened.run.description;
  const others = Object.fromEntries(
    Object.entries(all).filter(([method]) => !["attention", "rollout"].includes(method)),
  );
  await writeFile(
    join(target, `${name}.run.safetensors`),
    await changedRun(opened.run, {
      description: { ...opened.run.description, created, methods: withoutAttention ? others : all },
      drop,
    }),
  );
  await opened.close();
}

/** One measurement of every kind that the page can show. */
async function measures(run: string): Promise<readonly MeasureRequest[]> {
  const causes = causalGraph;
  const { explanation } = await workbench.causes(run, { token, ...causes });
  const { description } = await workbench.openRun(run);
  const patches = description.tokens.flatMap(({ role }, position) => (role === "image" ? [position] : []));
  const test = {
    kind: "verify",
    token,
    fill: "mean",
    confirm: usualConfirmations,
    score: "log-probability",
    nulls: nullKinds,
    sets: nullSetLimits.default,
    seed,
  } as const;
  return [
    {
      ...test,
      evidence: { kind: "tokens", positions: explanation },
      source: { kind: "causes", radius: 3, ...causes },
      minimal: true,
    },
    { ...test, evidence: { kind: "tokens", positions: patches }, source: { kind: "selection" }, minimal: false },
    {
      kind: "curves",
      token,
      over: "patches",
      methods: mapMethods.filter((map) => map !== "occlusion" && map !== "regions"),
      fill: "mean",
      seed,
    },
    { kind: "occlusion", token, fill: "mean", seed },
    { kind: "random-weights", token, methods: ["rollout", "relevancy.language"], seed },
    { kind: "grounding", seed },
    {
      kind: "place",
      token,
      positions: place.map((patch) => patches[patch]!),
      fill: "mean",
      seed,
    },
    { kind: "picture-noise", token, ...causes, deviation: 4, repeats: 10, seed },
  ];
}
