/** @file Opens an address in the user's browser. */
import { spawn } from "node:child_process";

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  // The empty text is the title of the window, which `start` takes first.
  win32: ["cmd", "/c", "start", ""],
};

/** Asks the system to open `url`. If it has no browser, nothing happens: the address is printed, too. */
export function openBrowser(url: string, platform: NodeJS.Platform = process.platform): void {
  const [command, ...rest] = openers[platform] ?? ["xdg-open"];
  const child = spawn(command, [...rest, url], { detached: true, stdio: "ignore" });
  child.on("error", () => undefined);
  child.unref();
}
