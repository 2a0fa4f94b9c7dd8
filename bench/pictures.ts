/**
 * @file Memory and time of reading large pictures, and how long they hold this process up. It writes the pictures itself, as those of the
 * formats that unpack the most. `npm run bench -- pictures` runs it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import sharp from "sharp";
import { readPicture } from "../src/picture-work/read-picture.ts";
import { mebibytes, row, seconds } from "./run-job.ts";
import { squareSettings } from "../test/support/processor-settings.ts";

const settings = squareSettings(336);

const canvas = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#357" }, limitInputPixels: false });

const pictures: Readonly<Record<string, () => Promise<Buffer>>> = {
  "JPEG, 12 million pixels": () => canvas(4000, 3000).jpeg().toBuffer(),
  "JPEG, 79 million pixels": () => canvas(8900, 8900).jpeg().toBuffer(),
  "JPEG, 79 million pixels, turned": () => canvas(8900, 8900).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
  "JPEG, progressive, 30 million pixels": () => canvas(6000, 5000).jpeg({ progressive: true }).toBuffer(),
  "PNG, 16 bits, RGBA, 6000 x 5000": () => canvas(6000, 5000).ensureAlpha(0.5).toColourspace("rgb16").png().toBuffer(),
  "WebP, 25 million pixels": () => canvas(5000, 5000).webp({ effort: 0 }).toBuffer(),
  "AVIF, 18 million pixels": () => canvas(4500, 4000).avif({ effort: 0 }).toBuffer(),
  "TIFF, 20 million pixels": () => canvas(5000, 4000).tiff({ compression: "lzw" }).toBuffer(),
};

/** The most memory of the processes that this one started, in bytes; Linux alone tells. */
function childrenPeak(): number {
  try {
    const children = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === process.pid);
    return Math.max(0, ...children.map(peakOf));
  } catch {
    return 0;
  }
}

function procText(id: string, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "utf8");
  } catch {
    return "";
  }
}
const parentOf = (id: string): number => Number(procText(id, "stat").split(") ")[1]?.split(" ")[1]);
const peakOf = (id: string): number => 1024 * Number(/VmHWM:\s+(\d+)/.exec(procText(id, "status"))?.[1] ?? 0);

/** Prints a row a picture. */
export async function benchPictures(): Promise<void> {
  console.log("\nLarge pictures: reading and fitting, in a process of their own");
  for (const [name, make] of Object.entries(pictures)) {
    const bytes = new Uint8Array(await make());
    const before = process.memoryUsage.rss();
    let [child, own] = [0, before];
    const poll = setInterval(() => {
      child = Math.max(child, childrenPeak());
      own = Math.max(own, process.memoryUsage.rss());
    }, 100);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const start = performance.now();
    const task = { kind: "prepared", settings, fit: "default", side: 336 } as const;
    const outcome = await readPicture(bytes, { name, task }).then(
      ({ width, height }) => `${width} x ${height}`,
      (error: unknown) => (error as Error).message,
    );
    const took = performance.now() - start;
    delay.disable();
    clearInterval(poll);
    const blocked = `held up ${(delay.max / 1e6).toFixed(0)} ms at most`;
    row(name, seconds(took), `${mebibytes(child + own - before)}, ${blocked}; ${outcome}`);
  }
}
