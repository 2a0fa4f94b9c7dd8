/** @file What *Copy details* copies: enough to tell what failed, and none of the user's words or pictures. */
import type { ServerStatus } from "../../src/server/api.ts";
import type { JobProgress } from "../jobs/job-progress.ts";
import { formatBytes } from "../../src/figure/numbers.ts";
import type { Question } from "../draft/asking.svelte.ts";

export interface ProblemOptions {
  readonly question: Question | undefined;
  readonly progress: JobProgress | undefined;
  readonly server: ServerStatus | null;
  /** What the server said where it did not take the question. */
  readonly refusal?: string | undefined;
  /** Now, unless said otherwise. */
  readonly time?: Date;
}

/** Lines of "name: value". */
export function problemDetails({ question, progress, server, refusal, time = new Date() }: ProblemOptions): string {
  const reached = progress?.stages.find(({ state }) => state === "running")?.stage;
  const memory = progress?.error?.memory;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ["time", time.toISOString()],
    ["program", server ? `lvlm-interpret ${server.version}` : undefined],
    ["device", server?.device],
    [
      "memory",
      server ? `${formatBytes(server.memory.usedBytes)} of ${formatBytes(server.memory.totalBytes)}` : undefined,
    ],
    ["model", question?.model],
    ["turns", question && String(question.messages.filter(({ role }) => role === "user").length)],
    ["pictures", question?.pictures.map(({ width, height }) => `${width} x ${height} px`).join(", ")],
    ["fit", question?.fit],
    ["record", question?.record],
    ["sampling", question && JSON.stringify(question.sampling)],
    ["stage", reached],
    ["code", progress?.error?.code],
    ["needed", memory && `${formatBytes(memory.neededBytes)}, free ${formatBytes(memory.availableBytes)}`],
    ["error", refusal ?? progress?.error?.message],
  ];
  return lines.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : [])).join("\n");
}
