import { loadModel } from "./src/local-model/load-model.ts";
import { openNamedCheckpoint } from "./src/workbench/open-checkpoint.ts";
import { readQuestions } from "./bench/truth/questions.ts";
import { askQuestion, isExplainable, recordAnswer } from "./bench/truth/asking.ts";
import { originOf } from "./bench/truth/grounding.ts";
import { contextOf } from "./bench/truth/context.ts";
import { graphPool } from "./src/causes/graph-pool.ts";
import { openRecorded } from "./src/explain/recorded-run.ts";
import { withProbe } from "./src/measure/probe.ts";
import { minimal } from "./src/measure/minimal.ts";
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
  if (origin !== "grounded" || !isExplainable(asked)) continue;
  n++;
  if (n <= from! || n > to!) continue;
  const recorded = await recordAnswer(model, asked, { methods: ["attention", "relevancy"], variants: ["exact"] });
  const run = await openRecorded(recorded);
  await withProbe(model, run, { seed: 0, work: async (probe) => {
    const context = contextOf({ model, run, probe, pool, folder: "/work/scratch" });
    const request = { ...minimalRequestOf(run.description, asked.token.index), seed, kinds: ["image"] as any };
    const t = performance.now();
    const { image } = await minimal(request as any, context);
    const s = ((performance.now() - t) / 1000).toFixed(1);
    console.log(`\n#${n} ${q.name} [${q.family}] "${q.text}" -> "${asked.answer}" token "${asked.token.text}" right=${asked.right}`);
    console.log(`  ${image!.verdict} by ${image!.chosenBy} order ${image!.order}${image!.spread} fall ${image!.wholeFall.toFixed(2)} p ${image!.original.toFixed(3)} -> ${image!.without.toFixed(3)} calls ${image!.calls} ${s}s`);
    const all = imageTokens(run.description); const idx = new Map(all.map(({ position }, i) => [position, i]));
    const mask = q.evidence ? coverage(run.description, await readMask(q.evidence)) : undefined;
    const effects = tokenEffects(request as any, context);
    for (const set of image!.sets) {
      const cells = set.positions.map((p) => idx.get(p)!);
      const inside = mask ? cells.reduce((a, c) => a + mask[c]!, 0) / cells.length : NaN;
      const side = Math.sqrt(all.length);
      console.log(`  set ${cells.map((c) => `${Math.floor(c / side)},${c % side}`).join(" ")} N ${set.necessity.toFixed(2)} Suf ${set.sufficiency.toFixed(2)} inside ${inside.toFixed(2)} min ${set.minimal} ${set.confirmed ? "CONFIRMED" : "no"}: ${set.confirmedBy.map((c) => `${c.intervention} N ${c.necessity.toFixed(2)} p ${c.p.toFixed(3)}/${c.nullSets}`).join("; ")}`);
      if (!set.confirmed && process.env.NULLS) {
        const nulls = imageNullSets(run.description, { token: request.token, positions: set.positions, kind: "shifted", count: 40, seed }).sets;
        const original = await effects.without([]);
        for (const by of ["mean", "others", "knock-out"] as const) {
          const whole = await effects.without(all.map((a) => a.position), by);
          const me = await effects.without(set.positions, by);
          const falls = (await effects.withoutEach(nulls, by)).map((x) => original.score - x.score).sort((a, b) => b - a);
          console.log(`     ${by}: whole ${(original.score - whole.score).toFixed(2)} set ${(original.score - me.score).toFixed(2)} nulls top ${falls.slice(0, 6).map((f) => f.toFixed(2)).join(" ")} median ${falls[20]!.toFixed(2)}`);
        }
      }
    }
  } });
}
await pool.close();
