/** @file A line of progress on a terminal; nothing if the output goes elsewhere. */
import { printableLine } from "./printable.ts";

export interface ProgressBar {
  /** Shows a stage and the share of it that is done, 0 to 1. */
  show(stage: string, share: number): void;
  /** Takes the bar away, so that something else can be written. */
  clear(): void;
}

/** Where text goes: a terminal, a file, or what takes its place. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const barWidth = 24;
/** Of terminals that do not say how wide they are. */
const defaultColumns = 80;
/** The terminal is not drawn more often than this, in milliseconds. */
const drawInterval = 50;

/** A bar on `output`. */
export function progressBar(output: Output, now: () => number = () => performance.now()): ProgressBar {
  if (output.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let shown = "";
  let drawnAt = -Infinity;
  let lastStage = "";
  return {
    show(stage, share) {
      const due = stage !== lastStage || share >= 1 || now() - drawnAt >= drawInterval;
      if (!due) return;
      const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
      // Stages of a download have names of others in them.
      const line = `${printableLine(stage)} ${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${Math.floor(share * 100)} %`;
      const text = line.slice(0, Math.max(1, (output.columns || defaultColumns) - 1));
      output.write(`\r\u001b[2K${text}`);
      shown = text;
      drawnAt = now();
      lastStage = stage;
    },
    clear() {
      if (shown !== "") output.write("\r\u001b[2K");
      shown = "";
      lastStage = "";
    },
  };
}
