/** @file How long a test takes at most with each number of null sets, as the server forecasts it. */
import { offeredNullSets } from "../../src/run/measure-choices.ts";
import type { VerifyRequest } from "../../src/run/measures.ts";
import type { Page } from "../state/page.svelte.ts";
import { measuring } from "./verify-requests.ts";

/** The evidence changes with each patch that a drag passes; only where it ends is asked about. */
const settledMs = 250;

export function createForecasts(page: Page, request: () => VerifyRequest | undefined) {
  let known = $state.raw<ReadonlyMap<number, number>>(new Map());
  const key = $derived(JSON.stringify([page.run?.id, page.run?.document.model !== undefined, request()]));

  $effect(() => {
    const [run, hasModel, asked] = JSON.parse(key) as [string | null, boolean, VerifyRequest | null | undefined];
    if (run === null || !hasModel || !asked) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      const forecasts = offeredNullSets.map(async (sets) => {
        const { seconds } = await page.api.forecast(run, measuring({ ...asked, sets }));
        return [sets, seconds] as const;
      });
      Promise.all(forecasts).then(
        (entries) => {
          if (isCurrent) known = new Map(entries);
        },
        // Without forecasts the menu stands, without times.
        () => undefined,
      );
    }, settledMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  });

  return {
    /** Undefined until it is known. */
    seconds: (sets: number): number | undefined => known.get(sets),
  };
}
