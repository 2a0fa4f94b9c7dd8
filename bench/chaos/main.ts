/**
 * @file `npm run chaos -- --kills N --seed S`: kills the program in the middle of everything that writes, and looks whether a finished
 * run is lost, a half file is shown, or the next start fails; then full disks, a folder that cannot be written to, and two servers on one
 * folder. Fails if there is a fault. `--from I --kills 1` does one kill again; `--only kills` or `--only conditions` leaves out the rest.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { markdownTable } from "../markdown-table.ts";
import { conditions, type ConditionResult } from "./conditions.ts";
import { startImitatedHub } from "./imitated-hub.ts";
import { runKills, type KillResult } from "./kills.ts";
import { operations } from "./operations.ts";

const option = { type: "string" } as const;
const { values } = parseArgs({ options: { kills: option, seed: option, from: option, only: option } });
const numberOf = (text: string | undefined, standard: number): number => (text === undefined ? standard : Number(text));
const kills = numberOf(values.kills, 220);
const seed = numberOf(values.seed, 1);
const from = numberOf(values.from, 0);

function killTable(results: readonly KillResult[]): string[] {
  const rows = operations.map(({ name }) => {
    const own = results.filter(({ operation }) => operation === name);
    return [name, own.length, own.filter(({ wasDone }) => wasDone).length, own.flatMap(({ faults }) => faults).length];
  });
  const sum = (column: number): number => rows.reduce((total, row) => total + (row[column] as number), 0);
  return markdownTable(
    ["killed during", "kills", "of them after the end", "faults"],
    [...rows, ["all", sum(1), sum(2), sum(3)]],
  );
}

function conditionTable(results: readonly ConditionResult[]): string[] {
  const rows = results.map(({ condition, steps, faults, skipped }) => [condition, skipped ?? steps, faults.length]);
  return markdownTable(["condition", "steps", "faults"], rows);
}

async function allKills(folder: string): Promise<KillResult[]> {
  const results: KillResult[] = [];
  const hub = await startImitatedHub();
  const onResult = (result: KillResult): void => {
    results.push(result);
    for (const fault of result.faults) {
      console.log(`  ${result.operation}: ${fault}`);
      console.log(`    npm run chaos -- --seed ${seed} --from ${result.index} --kills 1 --only kills`);
    }
    if (results.length % 20 === 0) console.log(`  ${results.length} kills`);
  };
  try {
    await runKills({ kills, from, seed, folder: join(folder, "kills"), hub, onResult });
  } finally {
    hub.close();
  }
  return results;
}

async function allConditions(folder: string): Promise<ConditionResult[]> {
  const results: ConditionResult[] = [];
  for (const condition of conditions) {
    const result = await condition(folder);
    for (const fault of result.faults) console.log(`  ${result.condition}: ${fault}`);
    results.push(result);
  }
  return results;
}

const started = performance.now();
const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-chaos-"));
let faults = 0;
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}, seed ${seed}\n`,
);
try {
  if (values.only !== "conditions") {
    const results = await allKills(folder);
    faults += results.flatMap((result) => result.faults).length;
    console.log(`\n${killTable(results).join("\n")}`);
  }
  if (values.only !== "kills") {
    const results = await allConditions(folder);
    faults += results.flatMap((result) => result.faults).length;
    console.log(`\n${conditionTable(results).join("\n")}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${Math.round((performance.now() - started) / 1000)} s`);
process.exit(faults === 0 ? 0 : 1);
