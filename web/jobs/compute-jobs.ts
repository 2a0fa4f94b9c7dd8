/** @file Which running computations will bring what a figure lacks. */
import type { ComputeRequest } from "../../src/server/api.ts";

/** Whether a computation that runs covers the one that is wanted. */
export function doesCompute(running: ComputeRequest, wanted: ComputeRequest): boolean {
  const has = <T>(all: readonly T[] | undefined, needed: readonly T[] | undefined): boolean =>
    (needed ?? []).every((each) => all?.includes(each) ?? false);
  return (
    has(running.methods, wanted.methods) &&
    has(running.variants, wanted.variants) &&
    JSON.stringify(running.measure ?? null) === JSON.stringify(wanted.measure ?? null) &&
    (wanted.record !== "full" || running.record === "full") &&
    JSON.stringify(running.target ?? null) === JSON.stringify(wanted.target ?? null)
  );
}
