/** @file The Chromium program that browser tests run: the one unpacked from the development dependencies, or the one that LVLM_CHROMIUM names. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface ChromiumProgram {
  /** Absolute path of the program. */
  readonly path: string;
  /** The environment that it needs to find its libraries and fonts. */
  readonly environment: Readonly<Record<string, string>>;
}

const packageName = "@sparticuz/chromium";
const cacheFolder = fileURLToPath(new URL("../../../node_modules/.cache/lvlm-interpret", import.meta.url));

/** Settings of fontconfig by file name. The folder may be moved, hence the relative path. */
const fontSettings = {
  // Only the fonts of the package, so that text takes the same room on each machine.
  "package-fonts.conf": fontSettingsOf(`<dir prefix="relative">fonts</dir>`),
  // With the fonts of the machine too, for the characters that neither the page nor the package has, such as arrows.
  "all-fonts.conf": fontSettingsOf(
    `<dir prefix="relative">fonts</dir><dir>/usr/share/fonts</dir><dir>/usr/local/share/fonts</dir>` +
      `<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family><family>Liberation Mono</family></prefer></alias>`,
  ),
};

export interface ProgramOptions {
  /** Whether text may also use the fonts installed on the machine; only the package's and the page's own if not given. */
  readonly systemFonts?: boolean;
}

/** The program's path and environment. It unpacks Chromium (about 220 MB) when that has not been done yet. */
export async function chromiumProgram({ systemFonts = false }: ProgramOptions = {}): Promise<ChromiumProgram> {
  const own = process.env.LVLM_CHROMIUM;
  if (own !== undefined && own !== "") {
    if (!existsSync(own)) {
      throw new Error(`LVLM_CHROMIUM names ${own}, which does not exist; give the full path of a Chromium or Chrome.`);
    }
    return { path: own, environment: {} };
  }
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `Browser tests bring their own Chromium only for Linux on x64, not for ${process.platform} on ${process.arch}; ` +
        `set LVLM_CHROMIUM to the full path of a Chromium or Chrome on this machine.`,
    );
  }
  const folder = await unpackedFolder();
  return {
    path: join(folder, "chromium"),
    environment: {
      LD_LIBRARY_PATH: join(folder, "al2023/lib"),
      FONTCONFIG_FILE: join(folder, "fonts", systemFonts ? "all-fonts.conf" : "package-fonts.conf"),
      XDG_CACHE_HOME: join(folder, "cache"),
    },
  };
}

function fontSettingsOf(folders: string): string {
  return (
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">` +
    `<fontconfig>${folders}<cachedir prefix="xdg">fontconfig</cachedir></fontconfig>`
  );
}

async function unpackedFolder(): Promise<string> {
  const folder = join(cacheFolder, `chromium-${packageVersion()}`);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const unfinished = await mkdtemp(join(cacheFolder, "unpacking-"));
  try {
    await unpackInto(unfinished);
    for (const [name, text] of Object.entries(fontSettings)) await writeFile(join(unfinished, "fonts", name), text);
    // A folder under its final name is complete. Whoever unpacks at the same time and comes second keeps the first one's.
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/**
 * The package unpacks into the folder for temporary files, adds its libraries (NSS, NSPR, Expat) only if it believes to
 * run in a known cloud service, and changes the environment of its process; hence a process of its own.
 */
async function unpackInto(folder: string): Promise<void> {
  const script = `const { default: chromium } = await import(${JSON.stringify(packageName)}); await chromium.executablePath();`;
  const environment = { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: "nodejs20.x", NODE_OPTIONS: "" };
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    env: environment,
  });
}

function packageVersion(): string {
  const require = createRequire(import.meta.url);
  const entry = require.resolve(packageName);
  const description: unknown = require(
    join(entry.slice(0, entry.lastIndexOf(packageName)), packageName, "package.json"),
  );
  return (description as { version: string }).version;
}
