/** @file The figures on show in the open tab, which are exported together, and the one whose table is open in the drawer. */
import { getContext, setContext } from "svelte";
import type { Figure, TableView } from "./figure.ts";

/** A figure with its place in the page. */
interface FigureOnShow {
  /** The figure as it is now; called when it is exported. */
  readonly figure: () => Figure;
  /** Tells the order of the figures; the head of the figure. */
  readonly element: Pick<Node, "compareDocumentPosition">;
}

export interface FigureRegistry {
  /** Adds a figure; the function that comes back takes it out again. */
  show(entry: FigureOnShow): () => void;
  /** All figures on show, in the order of the page. */
  figures(): readonly Figure[];
  /** The table in the drawer; null while the drawer is closed. */
  readonly table: TableView | null;
  showTable(figure: Figure): void;
  closeTable(): void;
}

/** Bit of `compareDocumentPosition`: the other node comes after this one. */
const following = 4;

export function createFigureRegistry(): FigureRegistry {
  const entries = new Set<FigureOnShow>();
  let table = $state.raw<TableView | null>(null);
  return {
    show(entry) {
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    figures: () =>
      [...entries]
        .sort((a, b) => ((a.element.compareDocumentPosition(b.element as Node) & following) !== 0 ? -1 : 1))
        .map(({ figure }) => figure()),
    get table() {
      return table;
    },
    showTable(figure) {
      table = { title: figure.title, caption: figure.caption, table: figure.table(), figure };
    },
    closeTable() {
      table = null;
    },
  };
}

const key = Symbol("figures");

export function provideFigures(registry: FigureRegistry): void {
  setContext(key, registry);
}

/** The registry of the page; call it while a component is made. */
export function useFigures(): FigureRegistry {
  return getContext<FigureRegistry>(key);
}
