/** @file Runs as the list shows them: time in words, what was edited, search and order. */
import type { RunSummary } from "../../src/server/api.ts";
import { formatShare, noNumber } from "../../src/figure/numbers.ts";

const dayMs = 86_400_000;

function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

/** "today 13:02", "yesterday 09:15", else "2025-03-01", in the user's time zone. */
export function whenText(created: string, now: Date): string {
  const time = new Date(created);
  if (Number.isNaN(time.getTime())) return "";
  const pad = (value: number): string => String(value).padStart(2, "0");
  // Rounded, as a day of a change of clocks has 23 or 25 hours.
  const days = Math.round((startOfDay(now) - startOfDay(time)) / dayMs);
  const clock = `${pad(time.getHours())}:${pad(time.getMinutes())}`;
  if (days === 0) return `today ${clock}`;
  if (days === 1) return `yesterday ${clock}`;
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
}

/** "none", "1 step", "3 steps" */
export function editsText(edits: number): string {
  if (edits === 0) return "none";
  return `${edits} ${edits === 1 ? "step" : "steps"}`;
}

/** Runs that have every word of the search in name, question, answer, model or id, whatever the case. */
export function searchRuns(runs: readonly RunSummary[], search: string): RunSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter(({ name, question, answer, model, id }) => {
    const text = [name, question, answer, model, id].join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** "0.81", or "-" until it was measured. */
export function groundingText({ grounding }: Pick<RunSummary, "grounding">): string {
  return grounding === undefined ? noNumber : formatShare(grounding);
}

export type SortField = "question" | "answer" | "probability" | "grounding" | "edits" | "model" | "created" | "id";

export interface RunOrder {
  readonly by: SortField;
  readonly descending: boolean;
}

/** What comes first: the newest. */
export const defaultOrder: RunOrder = { by: "created", descending: true };

/** The order after a click on a column: turned around where it has that column, else from the start that makes sense for it. */
export function orderAfterClick(order: RunOrder, by: SortField): RunOrder {
  if (order.by === by) return { by, descending: !order.descending };
  return { by, descending: by === "created" || by === "edits" };
}

function keyOf(run: RunSummary, by: SortField): string | number | undefined {
  if (by === "created") return Date.parse(run.created);
  return by === "question" ? run.name || run.question : run[by];
}

/** Sorts by one column; equal ones stay in the order given, and what was not measured is last. Numbers within ids count as numbers. */
export function sortRuns(runs: readonly RunSummary[], { by, descending }: RunOrder): RunSummary[] {
  const sign = descending ? -1 : 1;
  return runs.toSorted((a, b) => {
    const [left, right] = [keyOf(a, by), keyOf(b, by)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    const order =
      typeof left === "number" && typeof right === "number"
        ? left - right
        : String(left).trim().localeCompare(String(right).trim(), "en", { numeric: true });
    return sign * order;
  });
}
