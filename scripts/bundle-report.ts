/** @file Bundles the viewer of HTML reports: dist/report-viewer.js and dist/report-viewer.css. */
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
mkdirSync(`${root}/dist`, { recursive: true });

const browsers = ["chrome111", "firefox113", "safari16.4"];
/** Reports hold code of these packages, whose licenses ask for their notice in every copy. */
const notices = ["d3-scale-chromatic", "d3-interpolate", "d3-color"].map(
  (name) => `${name}\n${readFileSync(`${root}/node_modules/${name}/LICENSE`, "utf8").trim()}`,
);
const shared = { bundle: true, minify: true, charset: "ascii", target: browsers, legalComments: "none" } as const;

await build({
  ...shared,
  entryPoints: [`${root}/src/figure/report/viewer/main.ts`],
  outfile: `${root}/dist/report-viewer.js`,
  format: "iife",
  banner: { js: `/*!\n${notices.join("\n\n")}\n*/` },
});
await build({
  ...shared,
  entryPoints: [`${root}/src/figure/report/viewer/style.css`],
  outfile: `${root}/dist/report-viewer.css`,
});
