/** @file Loads what tabs show: a tab when something first asks for it, the others when the browser has nothing to do. */
import { getContext, setContext } from "svelte";
import { createResourceCache } from "../data/resource-cache.svelte.ts";
import type { TabContents, TokenMarks } from "../map/tab.ts";
import type { PictureState } from "../map/picture-set.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import { tabNames, type Selection, type TabName } from "../selection/selection.ts";
import { tabs } from "./tabs.ts";

/** Browsers without idle callbacks load the other tabs so long after the page. */
const idleAfterMs = 2000;

/** Runs and selection that a tab draws from. */
interface TabInput {
  readonly run: OpenRun;
  readonly otherRun: OpenRun | null;
  readonly shown: Selection;
}

export interface LoadedTabs {
  /** What a tab shows; undefined until it is loaded, which reading it starts. */
  contents(name: TabName): TabContents | undefined;
  /** Why a tab could not be loaded. */
  failure(name: TabName): Error | undefined;
  /** Loads again what failed. */
  retry(): void;
  /** The map of the tab; undefined while the tab or its map is on its way. */
  map(input: TabInput): PictureState;
  /** The marks of the tab; undefined while they are on their way. */
  marks(input: TabInput): TokenMarks | undefined;
}

export function createLoadedTabs(): LoadedTabs {
  const cache = createResourceCache<TabContents>({ maxBytes: Infinity, sizeOf: () => 0 });
  const load = async (name: TabName): Promise<TabContents> => (await tabs[name].load()).contents;
  const contents = (name: TabName): TabContents | undefined => cache.read(name, () => load(name));
  return {
    contents,
    failure: (name) => cache.failure(name),
    retry: () => cache.retry(),
    map: ({ run, otherRun, shown }) => contents(shown.tab)?.map(run, shown, otherRun),
    marks({ run, otherRun, shown }) {
      const tab = contents(shown.tab);
      if (tab === undefined) return undefined;
      return tab.marks === undefined ? {} : tab.marks(run, shown, otherRun);
    },
  };
}

/** Loads the tabs that are not open, one after the other, each when the browser is idle. Failures are left to the opening of the tab. */
export function loadTabsWhenIdle(): void {
  const idle =
    "requestIdleCallback" in window ? requestIdleCallback : (next: () => void) => setTimeout(next, idleAfterMs);
  const loadFrom = (index: number): void => {
    const name = tabNames[index];
    if (name === undefined) return;
    idle(() => {
      tabs[name].load().then(
        () => loadFrom(index + 1),
        () => undefined,
      );
    });
  };
  loadFrom(0);
}

const key = Symbol("tabs");

export function provideTabs(loaded: LoadedTabs): void {
  setContext(key, loaded);
}

/** The tabs of the page; call it while a component is made. */
export function useTabs(): LoadedTabs {
  return getContext<LoadedTabs>(key);
}
