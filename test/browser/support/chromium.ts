/** @file Starts Chromium for browser tests and for pictures of the page. */
import { chromium, type Browser, type BrowserServer, type LaunchOptions } from "playwright-core";
import { chromiumProgram, type ProgramOptions } from "./chromium-program.ts";

const switches = [
  // Pictures are painted in software everywhere, so that pixels do not depend on a graphics card.
  "--disable-gpu",
  // Letters are placed the same at each size and on each machine.
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
];

/** A running Chromium without a window. Close it with `close()` at the end. */
export async function launchChromium(options: ProgramOptions = {}): Promise<Browser> {
  return started(options, (settings) => chromium.launch(settings));
}

/** A Chromium that several processes connect to by `wsEndpoint()`. */
export async function launchChromiumServer(): Promise<BrowserServer> {
  return started({}, (settings) => chromium.launchServer(settings));
}

async function started<T>(options: ProgramOptions, start: (settings: LaunchOptions) => Promise<T>): Promise<T> {
  const { path, environment } = await chromiumProgram(options);
  const settings = { executablePath: path, headless: true, args: switches, env: { ...process.env, ...environment } };
  // Chromium refuses to start its sandbox as root. The tests open only pages of this project.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) return await start({ ...settings, chromiumSandbox: false });
  try {
    return await start({ ...settings, chromiumSandbox: true });
  } catch (error) {
    // Some systems and most containers do not let an ordinary user make the namespaces that the sandbox is built of.
    if (error instanceof Error && error.message.includes("No usable sandbox"))
      return await start({ ...settings, chromiumSandbox: false });
    throw error;
  }
}
