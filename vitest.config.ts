import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
    setupFiles: ["./test/support/matchers.ts"],
    testTimeout: 60_000,
    pool: "forks",
  },
});
