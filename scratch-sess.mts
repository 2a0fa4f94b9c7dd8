import { loadModel } from "./src/local-model/load-model.ts";
import { openNamedCheckpoint } from "./src/workbench/open-checkpoint.ts";
import { explain } from "./src/explain/explain.ts";
import { singleTurn } from "./src/explain/conversation.ts";
const checkpoint = await openNamedCheckpoint("demo");
const model: any = await loadModel(checkpoint, { cacheFolder: "/work/scratch", precision: "f32", maxMemoryBytes: 4e9 } as any);
const stats = { opens: 0, openMs: 0, runs: 0, runMs: 0, cpuOpen: 0, cpuRun: 0 };
const rt = model.runtime; const open = rt.open;
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const m2 = { ...model, runtime: { ...rt, open: async (g: any) => { const t = performance.now(), c = cpu(); const s = await open(g); stats.opens++; stats.openMs += performance.now() - t; stats.cpuOpen += cpu() - c; const run = s.run.bind(s); return { ...s, run: async (f: any) => { const t = performance.now(), c = cpu(); const r = await run(f); stats.runs++; stats.runMs += performance.now() - t; stats.cpuRun += cpu() - c; return r; } }; } } };
for (let i = 0; i < 4; i++) {
  Object.assign(stats, { opens: 0, openMs: 0, runs: 0, runMs: 0, cpuOpen: 0, cpuRun: 0 });
  const t = performance.now(), c = cpu();
  await explain(m2, { conversation: singleTurn({ question: "Which way does the arrow point?", pictures: ["demo/examples/arrow-right.png"] }), fit: "default", sampling: { maxNewTokens: 64, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 } } as any, { maxMemoryBytes: 4e9, record: "default", methods: ["attention", "relevancy"], gradients: { variants: ["reference"], target: { kind: "logit" }, tokens: "all" } } as any);
  console.log((performance.now() - t).toFixed(0), "ms cpu", (cpu() - c).toFixed(0), JSON.stringify(stats, (k, v) => typeof v === "number" ? Math.round(v) : v));
}
