/** @file The figures of a tab are exported as they are now, in the order of the page. */
import { expect, it } from "vitest";
import { createFigureRegistry } from "./figure-registry.svelte.ts";
import type { Figure } from "./figure.ts";

const figure = (name: string): Figure => ({
  name,
  title: name,
  caption: "",
  table: () => ({ columns: [], rows: [] }),
  topic: "heads",
});

/** A place in the page; later places follow earlier ones. */
function place(at: number) {
  const node = { at, compareDocumentPosition: (other: Node) => ((other as unknown as { at: number }).at > at ? 4 : 2) };
  return node;
}

it("gives figures in the order of the page whatever came first, as they are when asked, without those that left", () => {
  const registry = createFigureRegistry();
  let name = "old";
  registry.show({ figure: () => figure("third"), element: place(3) });
  registry.show({ figure: () => figure(name), element: place(1) });
  const leave = registry.show({ figure: () => figure("second"), element: place(2) });
  expect(registry.figures().map((each) => each.name)).toEqual(["old", "second", "third"]);
  name = "new";
  leave();
  expect(registry.figures().map((each) => each.name)).toEqual(["new", "third"]);
});
