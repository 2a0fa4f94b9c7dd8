/** @file Starts Chromium for browser tests; one browser per test file, a new page per test. */
import { chromium, type Browser } from "playwright-core";
import { chromiumProgram, type ProgramOptions } from "./chromium-program.ts";

const switches = [
  // Pictures are painted in software everywhere, so that pixels do not depend on a graphics card.
  "--disable-gpu",
  // Letters are placed the same at each size and on each machine.
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
];

/** A running Chromium without a window. Close it with `close()` when the test file ends. */
export async function launchChromium(options: ProgramOptions = {}): Promise<Browser> {
  // Chromium refuses to start its sandbox as root. The tests open only pages of this project.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) return await launch({ ...options, sandbox: false });
  try {
    return await launch({ ...options, sandbox: true });
  } catch (error) {
    // Some systems and most containers do not let an ordinary user make the namespaces that the sandbox is built of.
    if (error instanceof Error && error.message.includes("No usable sandbox"))
      return await launch({ ...options, sandbox: false });
    throw error;
  }
}

async function launch({ sandbox, ...options }: ProgramOptions & { sandbox: boolean }): Promise<Browser> {
  const { path, environment } = await chromiumProgram(options);
  return await chromium.launch({
    executablePath: path,
    headless: true,
    chromiumSandbox: sandbox,
    args: switches,
    env: { ...process.env, ...environment },
  });
}
