/** @file Loaded into a server before its program: tells its memory to the process that started it, after a full collection. */
import { writeHeapSnapshot } from "node:v8";

process.on("message", ({ snapshot }) => {
  globalThis.gc();
  globalThis.gc();
  if (snapshot !== undefined) writeHeapSnapshot(snapshot);
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send({ rss, heap: heapUsed, external });
});
process.channel.unref();
