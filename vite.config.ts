/**
 * @file Builds the page (web/): for the server into dist/web, and with `--mode report` as one script and one style sheet without further
 * files into dist/report, of which reports are made.
 */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type BuildEnvironmentOptions } from "vite";

const served: BuildEnvironmentOptions = {
  outDir: "../dist/web",
  // The server's content security policy allows no data: fonts or scripts.
  assetsInlineLimit: 0,
  // Licenses of the packages whose code the page holds, which ask for their notice in every copy.
  license: { fileName: "licenses.txt" },
  rolldownOptions: { checks: { pluginTimings: false } },
};

const report: BuildEnvironmentOptions = {
  outDir: "../dist/report",
  assetsInlineLimit: Number.MAX_SAFE_INTEGER,
  cssCodeSplit: false,
  license: { fileName: "licenses.txt" },
  rolldownOptions: {
    input: "web/report.ts",
    output: { format: "es", entryFileNames: "report.js", assetFileNames: "report[extname]", codeSplitting: false },
    checks: { pluginTimings: false },
  },
};

export default defineConfig(({ mode }) => ({
  root: "web",
  base: "./",
  publicDir: mode === "report" ? false : "public",
  plugins: [
    svelte({
      compilerOptions: { runes: true },
      // A warning of the compiler, such as a missing label, is a defect of the page.
      onwarn(warning) {
        throw new Error(`${warning.filename ?? "web"}: ${warning.message} (${warning.code})`);
      },
    }),
  ],
  build: {
    emptyOutDir: true,
    target: ["chrome111", "firefox113", "safari16.4"],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Kilobytes without compression; the page comes from the same computer.
    chunkSizeWarningLimit: 1000,
    ...(mode === "report" ? report : served),
  },
  server: { proxy: { "/api": "http://127.0.0.1:7861" } },
}));
