/** @file Settings of knip, which finds files, exports and dependencies that nothing needs. */
import type { KnipConfig } from "knip";

// `knip --production` looks at the program alone, to find what only tests and benchmarks need. There an export that a
// file uses itself is in use, as tests look at the parts of a file.
const ofProgram = process.argv.includes("--production");

const config: KnipConfig = {
  // Files that are started by name, so that no import leads to them. "!" marks those of the installed program.
  entry: [
    "src/cli/main.ts!",
    // Started in a process or a thread of its own.
    "src/sandbox/child.ts!",
    "src/causes/graph-worker.ts!",
    // Other programs import it by its path.
    "src/checkpoint/tokenizer.ts!",
    // The page of HTML reports.
    "web/report.ts!",
    // What other programs import by the name of the package.
    "src/api/index.ts!",
    "src/api/methods.ts!",
    "scripts/*.ts",
    "bench/**/*job.ts",
    "bench/**/*main.ts",
    "bench/*.mjs",
  ],
  project: [
    "src/**/*.ts!",
    "web/**/*.{ts,svelte}!",
    "bench/**/*.{ts,mjs}",
    "scripts/**/*.ts",
    "test/**/*.ts",
    "!test/fixtures/**",
  ],
  ignoreExportsUsedInFile: ofProgram,
  // Resolved by its name while tests run, as it is there on some systems only.
  ignoreDependencies: ["@sparticuz/chromium"],
  // Programs of the operating system.
  ignoreBinaries: ["mount", "umount", "mkfifo"],
};

export default config;
