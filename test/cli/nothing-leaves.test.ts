import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { inOwnNetwork } from "../support/network-namespace.ts";
import { userEnvironment } from "../support/quiet-environment.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import type { Traffic } from "../support/traffic-of-a-question.ts";
import { demoExamples, finished } from "./run-cli.ts";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const scenario = fileURLToPath(new URL("../support/traffic-of-a-question.ts", import.meta.url));
const question = ["--image", `${demoExamples}/arrow-right.png`, "--question", "Which way does the arrow point?"];

/** Names are looked up some 6, 10 and 20 s after the first answer where telemetry is on. */
const secondsAfterAnswer = 14;

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

/** The variables of a user whose home is `home`. */
function environmentAt(home: string): NodeJS.ProcessEnv {
  const own = { HOME: home, XDG_CACHE_HOME: "", XDG_DATA_HOME: "", LVLM_INTERPRET_CACHE: "" };
  return { ...userEnvironment(), ...own };
}

const isOurs = (file: string): boolean => /^\.(cache|local\/share)\/lvlm-interpret\//.test(file);

describe("nothing leaves the computer", () => {
  it("leaves no file in the home but those of its own cache", async () => {
    const folder = temporaryFolder();
    const home = join(folder, "home");
    mkdirSync(home);
    const child = spawn(process.execPath, [program, "ask", ...question], { cwd: folder, env: environmentAt(home) });
    expect(await finished(child)).toMatchObject({ code: 0, stdout: "The arrow points right.\n", stderr: "" });
    const files = filesBelow(folder).map((file) => file.slice(home.length + 1));
    expect(files).not.toHaveLength(0);
    expect(files.filter((file) => !isOurs(file))).toEqual([]);
  });

  it("says nothing of a library's where the home cannot be written", async () => {
    const cwd = temporaryFolder();
    const child = spawn(process.execPath, [program, "ask", "--precision", "f16", ...question], {
      cwd,
      env: environmentAt("/dev/null"),
    });
    expect(await finished(child)).toMatchObject({ code: 0, stdout: "The arrow points right.\n", stderr: "" });
    expect(filesBelow(cwd)).toEqual([]);
  });

  // Other systems have neither namespaces nor /proc.
  it.runIf(process.platform === "linux")(
    "sends nothing while the server answers a question and after",
    async ({ annotate }) => {
      const folder = temporaryFolder();
      const command = [process.execPath, "--import", "tsx", scenario, folder, String(secondsAfterAnswer)];
      const isolated = inOwnNetwork(command);
      if (isolated === undefined) {
        await annotate("no network namespace is permitted here, so that the server's sockets alone are looked at");
      }
      const [first, ...args] = isolated ?? command;
      const { code, stdout, stderr } = await finished(spawn(first!, args, { env: userEnvironment() }));
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const { files, ...traffic } = JSON.parse(stdout) as Traffic;
      expect(traffic.lastEvent).toContain('"type":"done"');
      if (isolated !== undefined) {
        expect(traffic).toMatchObject({ withoutRoute: 0, datagrams: 0 });
        expect(traffic.acceptedConnections).toBeGreaterThan(0);
      }
      expect(traffic.otherSockets).toEqual([]);
      expect(files.filter((file) => !isOurs(file))).toEqual([]);
    },
  );
});
