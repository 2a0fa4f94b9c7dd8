/** @file A process that tries inputs. It writes the number of each into a file first, so that one which ends or freezes it is known. */
import { openSync, writeSync } from "node:fs";
import { fuzzKinds } from "./kinds.ts";
import { childMemoryBytes, treeProcessorSeconds } from "./process-tree.ts";
import { outcomeOf, runInputs, type Counts, type Stretch } from "./run-inputs.ts";

export interface WorkerOrder extends Stretch {
  /** The memory that holds the number of the input that is being tried, as four bytes. */
  readonly placeFile: string;
  /** An empty folder of its own. */
  readonly folder: string;
  /** Whether the stretch is one input that is measured. */
  readonly measure: boolean;
}

export interface Measured {
  readonly seconds: number;
  readonly bytes: number;
}

export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "counts"; readonly counts: Counts; readonly next: number }
  | { readonly type: "measured"; readonly measured: Measured };

const order = JSON.parse(process.argv[2]!) as WorkerOrder;
const kind = fuzzKinds.find(({ name }) => name === order.kind)!;
const send = (message: WorkerMessage): void => void process.send!(message);

const opened = await kind.open(order.folder);
const file = openSync(order.placeFile, "w");
const place = Buffer.alloc(4);
const onInput = (index: number): void => {
  place.writeUInt32LE(index);
  writeSync(file, place, 0, 4, 0);
};
send({ type: "ready" });
if (order.measure) {
  onInput(order.from);
  const { pid } = process;
  const startSeconds = treeProcessorSeconds(pid);
  const startBytes = process.memoryUsage.rss();
  await outcomeOf(opened, { ...order, index: order.from });
  const ownBytes = process.resourceUsage().maxRSS * 1024 - startBytes;
  const measured = { seconds: treeProcessorSeconds(pid) - startSeconds, bytes: Math.max(ownBytes, childMemoryBytes()) };
  send({ type: "measured", measured });
} else {
  await runInputs(opened, order, { onInput, onCounts: (counts, next) => send({ type: "counts", counts, next }) });
}
await opened.close?.();
process.disconnect();
