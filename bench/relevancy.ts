/** @file Time and memory of relevancy per answer token, and how both grow with the sequence and the number of layers. */
import { join } from "node:path";
import { makeCheckpoint, type ModelSizes } from "./random-checkpoint.ts";
import type { RelevancyRequest, RelevancyTimes } from "./relevancy-job.ts";
import { demoCheckpoint, mebibytes, picture, row, runJob, seconds } from "./run-job.ts";

const question = "Which way does the arrow point?";

const relevancyJob = (request: RelevancyRequest) => runJob<RelevancyTimes>("relevancy-job.ts", request);

function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

/** Prints the times of one model; few exact tokens are enough, since every one costs the same. */
export async function benchRelevancy(
  checkpoint: string,
  { cacheFolder, exactTokens }: { cacheFolder: string; exactTokens: number },
): Promise<void> {
  const request = { checkpoint, cacheFolder, picture, question, answerTokens: 64, exactTokens };
  const { times, memory } = await relevancyJob({ ...request, reference: true });
  const exactAlone = await relevancyJob({ ...request, exactTokens: 1, reference: false });
  const exact = (times.exactPerToken / times.fullPass).toFixed(2);
  row("one full pass, language model", seconds(times.fullPass), "recomputed forward + input-gradient backward");
  row("exact, per token", seconds(times.exactPerToken), `${exact} x a full pass, vision included; goal <= 1.3`);
  row("reference, first token", seconds(times.referenceFirst), "language map");
  const later = share(times.referencePerLaterToken, times.fullPass);
  row("reference, each later token", seconds(times.referencePerLaterToken), `${later} of a full pass, goal <= 2 %`);
  row("block inputs kept", mebibytes(times.blockInputBytes));
  if (memory !== undefined) row("peak anonymous memory", mebibytes(memory.anonymousBytes), "both variants");
  const alone = exactAlone.memory;
  if (alone !== undefined) row("peak anonymous memory", mebibytes(alone.anonymousBytes), "exact alone, one token");
}

function growthSizes({ side, layers }: { side: number; layers: number }): ModelSizes {
  const patch = 14;
  return {
    vision: { width: 128, layers: 2, heads: 4, intermediate: 512, image: side * patch, patch },
    language: { width: 512, layers, heads: 8, keyValueHeads: 8, intermediate: 1408, vocabulary: 622 },
  };
}

/** A small table over random models: the sequence grows at 8 layers, the layers grow at a grid of 16 x 16. */
export async function benchRelevancyGrowth(folder: string): Promise<void> {
  console.log(
    "\nRelevancy, growth (random Llama, 512 wide, 8 heads; 16 answer tokens, 4 of them exact; peak of anonymous memory, exact alone, less the block inputs)",
  );
  const columns = [
    "layers",
    "tokens",
    "full pass",
    "exact/token",
    "reference/token",
    "block inputs",
    "exact peak - in.",
  ];
  console.log(`  ${columns.map((name) => name.padStart(16)).join("")}`);
  const cases = [
    { side: 8, layers: 8 },
    { side: 16, layers: 8 },
    { side: 24, layers: 8 },
    { side: 32, layers: 8 },
    { side: 16, layers: 4 },
    { side: 16, layers: 16 },
    { side: 16, layers: 32 },
  ];
  for (const growth of cases) {
    const checkpoint = join(folder, `growth-${growth.side}-${growth.layers}`);
    await makeCheckpoint(checkpoint, growthSizes(growth), demoCheckpoint);
    const request = {
      checkpoint,
      cacheFolder: folder,
      picture,
      question,
      answerTokens: 16,
      exactTokens: 4,
    };
    const { times } = await relevancyJob({ ...request, reference: true });
    const { memory } = await relevancyJob({ ...request, reference: false });
    const cells = [
      String(growth.layers),
      String(times.tokens),
      seconds(times.fullPass),
      seconds(times.exactPerToken),
      seconds(times.referencePerLaterToken),
      mebibytes(times.blockInputBytes),
      memory === undefined ? "-" : mebibytes(memory.anonymousBytes - times.blockInputBytes),
    ];
    console.log(`  ${cells.map((cell) => cell.padStart(16)).join("")}`);
  }
}
