/** @file The folder of what this program can make again: widened weights. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's folder of caches on each platform, unless `XDG_CACHE_HOME` says otherwise. */
function cachesOfUser(environment: Environment, platform: NodeJS.Platform): string {
  if (environment.XDG_CACHE_HOME) return environment.XDG_CACHE_HOME;
  if (platform === "win32" && environment.LOCALAPPDATA) return environment.LOCALAPPDATA;
  return platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
}

/** The cache folder: `LVLM_INTERPRET_CACHE`, else `lvlm-interpret` in the user's folder of caches. It may not exist yet. */
export function cacheFolder(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  return resolve(environment.LVLM_INTERPRET_CACHE || join(cachesOfUser(environment, platform), "lvlm-interpret"));
}
