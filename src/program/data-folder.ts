/** @file The folder of what the user made with this program: runs. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's folder of data on each platform, unless `XDG_DATA_HOME` says otherwise. */
function dataOfUser(environment: Environment, platform: NodeJS.Platform): string {
  if (environment.XDG_DATA_HOME) return environment.XDG_DATA_HOME;
  if (platform === "win32" && environment.LOCALAPPDATA) return environment.LOCALAPPDATA;
  return platform === "darwin" ? join(homedir(), "Library", "Application Support") : join(homedir(), ".local", "share");
}

/** The folder of saved runs: `lvlm-interpret/runs` in the user's folder of data. It may not exist yet. */
export function defaultRunsFolder(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  return resolve(dataOfUser(environment, platform), "lvlm-interpret", "runs");
}
