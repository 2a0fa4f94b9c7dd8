/**
 * @file `npm run fuzz -- --inputs N --seed S`: gives changed and made-up inputs of every kind to the product, and counts what it accepts,
 * what it refuses with a sentence, and every fault. Fails if there is one. `--only KIND --from I --inputs 1` tries one input again.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { FuzzKind } from "./kind.ts";
import { fuzzKinds, plannedInputs } from "./kinds.ts";
import { tableLines, faultLines, isClean, type KindResult } from "./report.ts";
import { addCounts, limits, noCounts, outcomeOf, type Counts } from "./run-inputs.ts";
import { measureInput, superviseStretch } from "./supervisor.ts";

interface Settings {
  readonly inputs: number;
  readonly seed: number;
  readonly from: number;
  readonly kinds: readonly FuzzKind[];
  readonly processes: number;
}

function readNumber(text: string | undefined, name: string, standard: number): number {
  if (text === undefined) return standard;
  const value = Number(text);
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} must be a whole number from 0, got "${text}".`);
  return value;
}

function readSettings(): Settings {
  const option = { type: "string" } as const;
  const { values } = parseArgs({
    options: { inputs: option, seed: option, from: option, only: option, processes: option },
  });
  const kinds = fuzzKinds.filter(({ name }) => values.only === undefined || name === values.only);
  if (kinds.length === 0) throw new Error(`--only must be one of ${fuzzKinds.map(({ name }) => name).join(", ")}.`);
  return {
    inputs: readNumber(values.inputs, "inputs", 10_000),
    seed: readNumber(values.seed, "seed", 1),
    from: readNumber(values.from, "from", 0),
    processes: Math.max(1, readNumber(values.processes, "processes", availableParallelism())),
    kinds,
  };
}

/** A stretch is as long as that, so that all processors have work to the end. */
const stretchInputs = 10_000;

async function runKind(kind: FuzzKind, { inputs, seed, from, processes }: Settings): Promise<KindResult> {
  let counts: Counts = noCounts;
  const starts = Array.from({ length: Math.ceil(inputs / stretchInputs) }, (_, i) => from + i * stretchInputs);
  const end = from + inputs;
  const work = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const stretch = { seed, kind: kind.name, from: start, count: Math.min(stretchInputs, end - start), skip: [] };
      await superviseStretch(stretch, (more) => (counts = addCounts(counts, more)));
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  const slow: number[] = [];
  const large: number[] = [];
  for (const index of counts.suspects) {
    const measured = await measureInput({ seed, kind: kind.name, from: index });
    if (measured === undefined || measured.seconds * 1000 > limits.slowMs) slow.push(index);
    if (measured !== undefined && measured.bytes > limits.largeBytes) large.push(index);
  }
  return { kind, counts, slow, large };
}

/** One input, shown with what became of it. */
async function replay(kind: FuzzKind, { seed, from }: Settings): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-fuzz-"));
  try {
    const opened = await kind.open(folder);
    const show = (input: unknown): void => console.log(typeof input === "string" ? JSON.stringify(input) : input);
    const start = performance.now();
    const outcome = await outcomeOf(opened, { seed, kind: kind.name, index: from }, show);
    console.log(outcome, `${Math.round(performance.now() - start)} ms`);
    await opened.close?.();
    return outcome.kind !== "fault";
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runAll(settings: Settings): Promise<boolean> {
  const { kinds, inputs, seed, processes } = settings;
  const started = performance.now();
  const planned = plannedInputs(inputs);
  const results: KindResult[] = [];
  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, ${processes} processes, Node ${process.version}, seed ${seed}\n`,
  );
  for (const kind of kinds) {
    const count = kinds.length === 1 ? inputs : planned.get(kind)!;
    const result = await runKind(kind, { ...settings, inputs: count });
    results.push(result);
    console.log(`${kind.label}: ${result.counts.inputs} inputs, ${result.counts.accepted} accepted`);
    for (const line of faultLines(result, seed)) console.log(line);
  }
  console.log(`\n${tableLines(results).join("\n")}`);
  console.log(`\n${Math.round((performance.now() - started) / 1000)} s`);
  return results.every(isClean);
}

const settings = readSettings();
const single = settings.kinds.length === 1 && settings.inputs === 1 ? settings.kinds[0] : undefined;
const isFine = single === undefined ? await runAll(settings) : await replay(single, settings);
process.exit(isFine ? 0 : 1);
