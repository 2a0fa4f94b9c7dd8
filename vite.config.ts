/** @file Builds the page (web/) into dist/web, where the server finds it. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  root: "web",
  base: "./",
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
    outDir: "../dist/web",
    emptyOutDir: true,
    target: ["chrome111", "firefox113", "safari16.4"],
    // The server's content security policy allows no data: fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Licenses of the packages whose code the page holds, which ask for their notice in every copy.
    license: { fileName: "licenses.txt" },
    // Kilobytes without compression; the page comes from the same computer.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:7861" } },
});
