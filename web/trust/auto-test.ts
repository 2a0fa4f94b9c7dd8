/** @file The test that is made by itself behind an answer, if it takes little. */
import type { Page } from "../state/page.svelte.ts";
import { dependenceTest, trustFacts } from "./trust-facts.ts";

/** Seconds that a test may take that nobody asked for. */
const mostSeconds = 30;

/** Tests whether the answer that was just given depends on the picture, unless it takes long or does not fit into memory. */
export async function testAnswer(page: Page): Promise<void> {
  const { run } = page;
  if (run?.document.model === undefined || run.document.description.images.length === 0) return;
  const facts = trustFacts(run.document.description);
  if (facts === undefined || facts.dependence !== undefined) return;
  const request = dependenceTest(facts);
  try {
    const { seconds, bytes, availableBytes } = await page.api.forecast(run.id, request);
    if (seconds > mostSeconds || bytes > availableBytes || page.run?.id !== run.id) return;
  } catch {
    // Without a forecast the test is offered, with its button.
    return;
  }
  await page.compute(request);
}
