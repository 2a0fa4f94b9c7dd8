import { loadModel } from "./src/local-model/load-model.ts";
import { openNamedCheckpoint } from "./src/workbench/open-checkpoint.ts";
import { readQuestions } from "./bench/truth/questions.ts";
import { askQuestion, isExplainable, recordAnswer } from "./bench/truth/asking.ts";
import { originOf } from "./bench/truth/grounding.ts";
import { contextOf } from "./bench/truth/context.ts";
import { graphPool } from "./src/causes/graph-pool.ts";
import { openRecorded } from "./src/explain/recorded-run.ts";
import { withProbe } from "./src/measure/probe.ts";
import { minimalRequestOf } from "./src/run/cause-requests.ts";
import { imageTokens } from "./src/run/positions.ts";
import { tokenEffects } from "./src/measure/token-effects.ts";
import { valuesOfOrder } from "./src/measure/cause-order.ts";
import { causeUnits } from "./src/measure/cause-units.ts";
import { minimalCauses } from "./src/methods/perturbation/minimal-causes.ts";
import { coverage, readMask } from "./bench/truth/masks.ts";
const checkpoint = await openNamedCheckpoint("demo");
const model = await loadModel(checkpoint, { cacheFolder: "/work/scratch", precision: "f32", maxMemoryBytes: 4e9 } as any);
const [from, to] = process.argv.slice(2).map(Number);
const questions = await readQuestions("demo", "first" as any);
const pool = graphPool();
let n = 0;
const smooth = (v: number[], side: number) => v.map((_, i) => { const r = Math.floor(i / side), c = i % side; let s = 0, w = 0;
  for (let dr = -1; dr <= 1; dr++) for (let dc = -1; dc <= 1; dc++) { const [y, x] = [r + dr, c + dc]; if (y < 0 || x < 0 || y >= side || x >= side) continue; const k = (2 - Math.abs(dr)) * (2 - Math.abs(dc)); s += k * Math.max(0, v[y * side + x]!); w += k; } return s / 16; });
for (const [seed, q] of questions.entries()) {
  if (q.family === "relation" || q.restated) continue;
  const asked = await askQuestion(model, q);
  const origin = originOf(asked);
  if (origin !== "grounded" || !isExplainable(asked) || !q.evidence) continue;
  n++;
  if (n <= from! || n > to!) continue;
  const recorded = await recordAnswer(model, asked, { methods: ["attention", "relevancy"], variants: ["exact"] });
  const run = await openRecorded(recorded);
  await withProbe(model, run, { seed: 0, work: async (probe) => {
    const context = contextOf({ model, run, probe, pool, folder: "/work/scratch" });
    const request = { ...minimalRequestOf(run.description, asked.token.index), seed, kinds: ["image"] as any };
    const all = imageTokens(run.description); const idx = new Map(all.map(({ position }, i) => [position, i]));
    const mask = coverage(run.description, await readMask(q.evidence!));
    const effects = tokenEffects(request as any, context);
    const original = await effects.without([]);
    const whole = await effects.without(all.map((a) => a.position), "mean");
    const wholeFall = original.score - whole.score;
    if (wholeFall < 0.1) return;
    console.log(`#${n} ${q.name} [${q.family}] "${q.text}" -> "${asked.answer}" mask ${mask.filter((m) => m > 0).length} whole ${wholeFall.toFixed(2)}`);
    const units = causeUnits(run.description, { kind: "image", token: request.token });
    const side = Math.sqrt(units.length);
    for (const order of ["edges", "relevancy", "attention"] as const) for (const s of [0, 1, 2]) {
      const values = await valuesOfOrder({ ...request, order } as any, context);
      let sums = units.map((u) => u.reduce((a, p) => a + values[p]!, 0));
      for (let i = 0; i < s; i++) sums = smooth(sums, side);
      const sorted = sums.map((_, i) => i).sort((a, b) => sums[b]! - sums[a]!).map((i) => units[i]!);
      const found = await minimalCauses(sorted, { budget: 155, mostSets: 1, mostMembers: 196, necessities: async (sets) => (await effects.withoutEach(sets.map((x) => x.flat().sort((a, b) => a - b)), "mean")).map(({ score }) => (original.score - score) / wholeFall) });
      const set = found.sets[0];
      if (!set) { console.log(`   ${order}${s}: none, ${found.calls} calls`); continue; }
      const cells = set.members.flat().map((p) => idx.get(p)!);
      const positions = set.members.flat().sort((a, b) => a - b);
      const others = await effects.without(positions, "others"), ko = await effects.without(positions, "knock-out");
      console.log(`   ${order}${s}: ${cells.length} N ${set.necessity.toFixed(2)} inside ${(cells.reduce((a, c) => a + mask[c]!, 0) / cells.length).toFixed(2)} min ${set.minimal} calls ${found.calls} others ${((original.score - others.score) / wholeFall).toFixed(2)} ko ${((original.score - ko.score) / wholeFall).toFixed(2)}`);
    }
  } });
}
await pool.close();
