/** @file What measurements of the benchmark are handed: nobody follows their progress. */
import type { MeasureContext } from "../../src/measure/measure-types.ts";
import { maxMemoryBytes } from "./asking.ts";

/** The context of a measurement that writes to `folder`. */
export function contextOf({
  folder: cacheFolder,
  ...parts
}: Pick<MeasureContext, "model" | "run" | "probe" | "pool"> & { readonly folder: string }): MeasureContext {
  const ignore = () => undefined;
  return { ...parts, expect: ignore, tick: ignore, keep: ignore, cacheFolder, maxMemoryBytes };
}
