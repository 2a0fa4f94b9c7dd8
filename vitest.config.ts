import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const browserTests = "test/browser/**/*.test.ts";

export default defineConfig({
  // State of the page is in modules with runes, which must be compiled.
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  test: {
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
    setupFiles: ["./test/support/matchers.ts"],
    globalSetup: "./test/support/temporary-root.ts",
    testTimeout: 60_000,
    pool: "forks",
    // Starting a process and loading the modules takes longer than most files; no module keeps state that a test can see.
    isolate: false,
    // The built program is loaded as it is.
    server: { deps: { external: [/\/dist\/cli\/program\.js$/] } },
    projects: [
      {
        extends: true,
        test: {
          name: "plain",
          include: ["src/**/*.test.ts", "web/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
          exclude: [browserTests],
          // One worker for each core, where Vitest would leave one core to itself: half of the machine if it has two.
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: [browserTests],
          globalSetup: "./test/browser/support/explained-examples.ts",
          // A browser keeps two cores busy by itself, so these files run one at a time and after all others.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
