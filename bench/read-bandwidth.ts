/** @file Measures how fast this machine reads memory, with as many threads as it has cores: the bound of decoding. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

const bytesPerThread = 512 * 1024 * 1024;
const rounds = 4;

/** Searching for a byte that is not there reads every byte once, with the vector instructions of the C library. */
const workerSource = `
const { parentPort, workerData } = require("node:worker_threads");
const memory = Buffer.alloc(workerData.bytes, 1);
parentPort.on("message", () => {
  for (let round = 0; round < workerData.rounds; round++) memory.indexOf(2);
  parentPort.postMessage("done");
});
parentPort.postMessage("ready");
`;

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** Bytes per second that all cores read together. */
export async function measureReadBandwidth(): Promise<number> {
  const threads = availableParallelism();
  const workers = Array.from(
    { length: threads },
    () => new Worker(workerSource, { eval: true, workerData: { bytes: bytesPerThread, rounds } }),
  );
  await Promise.all(workers.map(nextMessage));
  const start = performance.now();
  const done = workers.map(nextMessage);
  for (const worker of workers) worker.postMessage("go");
  await Promise.all(done);
  const seconds = (performance.now() - start) / 1000;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return (threads * rounds * bytesPerThread) / seconds;
}
