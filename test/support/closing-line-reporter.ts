/** @file Prints one plain line with the totals after Vitest's own summary, for scripts that read the result. */
import type { Reporter, TestModule } from "vitest/node";

function countTests(modules: readonly TestModule[]): { passed: number; failed: number; skipped: number } {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed" || state === "failed" || state === "skipped") counts[state] += 1;
    }
    // A file that cannot be loaded holds no tests, and a suite whose set-up fails skips its own; both must count as failures.
    if (module.errors().length > 0) counts.failed += 1;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed += 1;
  }
  return counts;
}

export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const { passed, failed, skipped } = countTests(modules);
    // Vitest prints its summary in the same tick, so the line is written once the process has nothing else to say.
    process.once("exit", () => {
      process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
    });
  }
}

// Vitest loads a custom reporter from the default export of its module.
export { ClosingLineReporter as default };
