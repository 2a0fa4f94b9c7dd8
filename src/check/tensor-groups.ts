/** @file Names of tensors in groups: those that differ in the numbers of layers alone are one. */
import type { TensorGroup } from "./report-schema.ts";

/** The name with N in the place of each number between dots. */
export function patternOf(name: string): string {
  return name.replace(/(?<=^|\.)\d+(?=\.|$)/g, "N");
}

/** The names by their patterns, in the order of their first appearance. */
export function groupNames(names: Iterable<string>): TensorGroup[] {
  const groups = new Map<string, { pattern: string; count: number; example: string }>();
  for (const name of names) {
    const pattern = patternOf(name);
    const group = groups.get(pattern);
    if (group === undefined) groups.set(pattern, { pattern, count: 1, example: name });
    else group.count++;
  }
  return [...groups.values()];
}
