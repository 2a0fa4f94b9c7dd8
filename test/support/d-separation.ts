/** @file Whether two nodes of a directed acyclic graph are d-separated by others (Pearl): an oracle in the place of a statistical test. */

/** Tells for x, y and a set whether every path between x and y is blocked by it, by reachability along trails (Koller & Friedman 3.1). */
export function dSeparationOracle(
  size: number,
  edges: readonly (readonly [parent: number, child: number])[],
): (x: number, y: number, given: readonly number[]) => boolean {
  const parents = Array.from({ length: size }, (): number[] => []);
  const children = Array.from({ length: size }, (): number[] => []);
  for (const [parent, child] of edges) {
    parents[child]!.push(parent);
    children[parent]!.push(child);
  }
  return (x, y, given) => {
    const observed = new Set(given);
    const withObservedBelow = new Set<number>();
    const upward = [...given];
    while (upward.length > 0) {
      const node = upward.pop()!;
      if (withObservedBelow.has(node)) continue;
      withObservedBelow.add(node);
      upward.push(...parents[node]!);
    }
    const seen = new Set<string>();
    const waiting: [node: number, from: "child" | "parent"][] = [[x, "child"]];
    while (waiting.length > 0) {
      const [node, from] = waiting.pop()!;
      const key = `${node} ${from}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (node === y && !observed.has(node)) return false;
      if (from === "child" && !observed.has(node)) {
        for (const parent of parents[node]!) waiting.push([parent, "child"]);
        for (const child of children[node]!) waiting.push([child, "parent"]);
      }
      if (from === "parent") {
        if (!observed.has(node)) for (const child of children[node]!) waiting.push([child, "parent"]);
        if (withObservedBelow.has(node)) for (const parent of parents[node]!) waiting.push([parent, "child"]);
      }
    }
    return true;
  };
}
