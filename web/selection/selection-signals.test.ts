import { expect, it } from "vitest";
import { createSelectionSignals } from "./selection-signals.svelte.ts";
import { defaultSelection } from "./selection.ts";
import { writeHash } from "./url.ts";

it("keeps one object whose fields change, with what is hovered in place of what is chosen", () => {
  const { selection, shown, select, hover } = createSelectionSignals({ ...defaultSelection, layer: 3 });
  expect({ ...selection }).toEqual({ ...defaultSelection, layer: 3 });
  select({ head: 2, tokens: [1] });
  hover({ layer: 1, head: null });
  expect([shown.layer, shown.head, shown.tokens]).toEqual([1, null, [1]]);
  hover({ tokens: [4] });
  expect([shown.layer, shown.head, shown.tokens]).toEqual([3, 2, [4]]);
  hover(null);
  expect({ ...shown }).toEqual({ ...selection });
  expect(writeHash(selection)).toBe("tok=1&layer=3&head=2");
});
