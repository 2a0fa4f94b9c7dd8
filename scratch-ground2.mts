import { writeFileSync } from "node:fs";
import { loadModel } from "./src/local-model/load-model.ts";
import { openNamedCheckpoint } from "./src/workbench/open-checkpoint.ts";
import { readQuestions } from "./bench/truth/questions.ts";
import { askQuestion, isExplainable, recordAnswer } from "./bench/truth/asking.ts";
import { originOf } from "./bench/truth/grounding.ts";
import { contextOf } from "./bench/truth/context.ts";
import { graphPool } from "./src/causes/graph-pool.ts";
import { openRecorded } from "./src/explain/recorded-run.ts";
import { withProbe } from "./src/measure/probe.ts";
import { maskingOf } from "./src/measure/masking.ts";
import { imageTokens } from "./src/run/positions.ts";
import { flowScoreOf } from "./src/run/cause-requests.ts";
import { prepareImage } from "./src/image/prepare.ts";
import { inPlaceOf, otherPictures } from "./src/measure/other-pictures.ts";
import { logitsMoved, meanVariation, oddsFallen, totalVariation } from "./src/methods/grounding/parts.ts";
import { logitsOf } from "./src/methods/probability.ts";
const checkpoint = await openNamedCheckpoint("demo");
const model = await loadModel(checkpoint, { cacheFolder: "/work/scratch", precision: "f32", maxMemoryBytes: 4e9 } as any);
const scenes = process.argv[2] ?? "first";
const questions = await readQuestions("demo", scenes as any);
const pool = graphPool();
const out: any[] = [];
const lse = (l: Float32Array) => { let m = -Infinity; for (const x of l) m = Math.max(m, x); let s = 0; for (const x of l) s += Math.exp(x - m); return m + Math.log(s); };
for (const [seed, q] of questions.entries()) {
  if (q.family === "relation") continue;
  const asked = await askQuestion(model, q);
  if (!isExplainable(asked)) continue;
  const origin = originOf(asked) ?? "wrong";
  const recorded = await recordAnswer(model, asked, { methods: ["attention"], variants: ["exact"] });
  const run = await openRecorded(recorded);
  await withProbe(model, run, { seed: 0, work: async (probe) => {
    const context = contextOf({ model, run, probe, pool, folder: "/work/scratch" });
    const d = probe.description; const t = asked.token.index;
    const own = new Set<string>(); for (const p of probe.pictures) own.add(await p.digest());
    const others = await otherPictures(own, { count: 8, seed: 0 });
    const blanks: any[] = []; for (const p of probe.pictures) blanks.push(await p.pixelValues({ kind: "blank" }));
    const own0 = logitsOf(await probe.logitsWithPictures(await Promise.all(probe.pictures.map((p) => p.pixelValues({ kind: "none" } as any)))), t);
    const blank = logitsOf(await probe.logitsWithPictures(blanks), t);
    const all = imageTokens(d); const side = Math.round(Math.sqrt(all.length)); const blockOf = (n: number) => Array.from({ length: n * n }, (_, b) => all.filter((_, i) => Math.floor(Math.floor(i / side) * n / side) * n + Math.floor((i % side) * n / side) === b).map((a) => a.position));
const blocks = [...blockOf(3), ...blockOf(4)];
const ch: Float32Array[] = [];
    for (const o of others) ch.push(Float32Array.from(logitsOf(await probe.logitsWithPictures(probe.pictures.map(({ facts }) => prepareImage(inPlaceOf(o, facts, probe.fitting), probe.fitting).pixelValues)), t)));
    const id = d.tokens[d.answer.start + t]!.id;
    const odds = (l: Float32Array) => { const s = lse(l); let m = l.slice(); m[id] = -Infinity; return l[id]! - lse(m); };
    const o0 = odds(own0);
    const diffs = ch.map((c) => odds(c) - o0);
    const score = flowScoreOf(d, t);
    const byBlock: any = {};
    for (const by of ["mean", "others", "knock-out"] as const) { const ls = await probe.tokenLogits(t, blocks.map((positions) => maskingOf(d, { kind: "tokens", positions } as const, by))); byBlock[by] = { odds: ls.map((l) => odds(l) - o0), tv: ls.map((l) => totalVariation(own0, l)), moved: ls.map((l) => logitsMoved(own0, [l])) }; }
    const rival = typeof score === "string" ? -1 : (score as any).contrast;
    const contrast = (l: Float32Array) => rival < 0 ? odds(l) : l[id]! - l[rival]!;
    const cd = ch.map((c) => contrast(c) - contrast(own0));
    out.push({ name: q.name, scene: q.scene, form: q.form, restated: q.restated === true, origin, right: asked.right, answer: asked.answer,
      blank: totalVariation(own0, blank), others: meanVariation(own0, ch.slice(0, 8)), logits: logitsMoved(own0, ch.slice(0, 8)), odds: oddsFallen(id, own0, ch.slice(0, 8)),
      others16: meanVariation(own0, ch), logits16: logitsMoved(own0, ch), odds16: oddsFallen(id, own0, ch),
      o0, blankOdds: odds(blank) - o0, diffs, cd, blankContrast: contrast(blank) - contrast(own0), logitsBlank: logitsMoved(own0, [blank]),
      byBlock, contrast0: contrast(own0) });
  } });
  if (seed % 20 === 0) console.log(seed, questions.length);
}
writeFileSync(`/work/scratch/blocks-${scenes}.json`, JSON.stringify(out));
await pool.close();
