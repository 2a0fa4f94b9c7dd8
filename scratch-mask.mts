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
import { imageNullSets } from "./src/measure/null-sets.ts";
import { coverage, readMask } from "./bench/truth/masks.ts";
const checkpoint = await openNamedCheckpoint("demo");
const model = await loadModel(checkpoint, { cacheFolder: "/work/scratch", precision: "f32", maxMemoryBytes: 4e9 } as any);
const [from, to] = process.argv.slice(2).map(Number);
const questions = await readQuestions("demo", (process.argv[4] ?? "first") as any);
const pool = graphPool();
let n = 0;
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
    const all = imageTokens(run.description);
    const mask = coverage(run.description, await readMask(q.evidence!));
    const positions = all.filter((_, i) => mask[i]! > 0).map((a) => a.position);
    const effects = tokenEffects(request as any, context);
    const original = await effects.without([]);
    console.log(`#${n} ${q.name} [${q.family}] "${q.text}" -> "${asked.answer}" right=${asked.right} mask ${positions.length}`);
    if (positions.length === 0) return;
    const nulls = imageNullSets(run.description, { token: request.token, positions, kind: "shifted", count: 40, seed }).sets;
    for (const by of ["mean", "others", "knock-out"] as const) {
      const whole = await effects.without(all.map((a) => a.position), by);
      const me = await effects.without(positions, by);
      const falls = (await effects.withoutEach(nulls, by)).map((x) => original.score - x.score).sort((a, b) => b - a);
      const f = original.score - me.score;
      console.log(`     ${by}: whole ${(original.score - whole.score).toFixed(2)} mask ${f.toFixed(2)} as strong ${falls.filter((x) => x >= f).length}/${falls.length} nulls top ${falls.slice(0, 6).map((f) => f.toFixed(2)).join(" ")}`);
    }
  } });
}
await pool.close();
