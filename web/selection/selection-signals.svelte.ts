/** @file The selection as one signal a field: a view that reads some fields runs again if one of these changes, and for no other. */
import { defaultSelection, type Selection } from "./selection.ts";

type Field = keyof Selection;
const fields = Object.keys(defaultSelection) as readonly Field[];

/** What is chosen, and what is hovered in its place; undefined if nothing is. */
class FieldSignal {
  chosen = $state.raw<unknown>();
  hovered = $state.raw<unknown>();
}

export interface SelectionSignals {
  /** What is selected. The object stays the same; its fields change. */
  readonly selection: Selection;
  /** The selection with what is hovered in place of what is chosen. */
  readonly shown: Selection;
  readonly select: (change: Partial<Selection>) => void;
  /** Shows these fields in place of what is chosen, and no others; null ends it. */
  readonly hover: (preview: Partial<Selection> | null) => void;
}

export function createSelectionSignals(initial: Selection): SelectionSignals {
  const signals = new Map(fields.map((field) => [field, new FieldSignal()]));

  function objectOf(read: (signal: FieldSignal) => unknown): Selection {
    const entries = [...signals].map(([field, signal]) => [field, { get: () => read(signal), enumerable: true }]);
    return Object.defineProperties({}, Object.fromEntries(entries) as PropertyDescriptorMap) as Selection;
  }

  function select(change: Partial<Selection>): void {
    for (const [field, signal] of signals) if (change[field] !== undefined) signal.chosen = change[field];
  }
  select(initial);

  return {
    selection: objectOf(({ chosen }) => chosen),
    shown: objectOf((signal) => (signal.hovered === undefined ? signal.chosen : signal.hovered)),
    select,
    hover(preview) {
      for (const [field, signal] of signals) signal.hovered = preview?.[field];
    },
  };
}
