/**
 * @file Takes the picture of the README, docs/images/report.png: the page that the command `demo` makes of its question, in Chromium
 * (`chromium` on the path, or what CHROMIUM names). Run `npm run build` first.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import sharp from "sharp";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "docs/images/report.png");
/** In pixels of the page: as much as holds the report down to its last figure. */
const size = { width: 1440, height: 1248 };

const folder = mkdtempSync(join(tmpdir(), "readme-picture-"));
try {
  execFileSync(process.execPath, [join(root, "dist/cli/main.js"), "demo"], { cwd: folder, stdio: "inherit" });
  const screen = join(folder, "screen.png");
  const page = pathToFileURL(join(folder, "out/arrow-right.html"));
  const switches = ["headless", "no-sandbox", "disable-gpu", "hide-scrollbars", "no-first-run", "disable-sync"];
  switches.push(
    "disable-background-networking",
    "disable-component-update",
    `user-data-dir=${join(folder, "profile")}`,
  );
  switches.push(`window-size=${size.width},${size.height}`, `screenshot=${screen}`, "virtual-time-budget=5000");
  const chromium = process.env.CHROMIUM ?? "chromium";
  execFileSync(chromium, [...switches.map((name) => `--${name}`), page.href], { stdio: "ignore" });
  mkdirSync(join(root, "docs/images"), { recursive: true });
  await sharp(screen).png({ palette: true, colours: 256, effort: 10 }).toFile(target);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
