/** @file Asks a question in one way after the other, until what was found decides it. */

/** What is found by each of the ways that were asked, in their order; those behind the one that decides are not asked. */
export async function askUntil<Way, Found>(
  ways: readonly Way[],
  {
    ask,
    isEnough,
  }: {
    readonly ask: (way: Way) => Promise<Found>;
    readonly isEnough: (found: readonly Found[]) => boolean;
  },
): Promise<Found[]> {
  const found: Found[] = [];
  for (const way of ways) {
    found.push(await ask(way));
    if (isEnough(found)) break;
  }
  return found;
}
