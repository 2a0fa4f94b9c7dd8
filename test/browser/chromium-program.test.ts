/** @file Which Chromium the browser tests run, and what is said if there is none. */
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chromiumProgram } from "./support/chromium-program.ts";

const platform = Object.getOwnPropertyDescriptor(process, "platform")!;
beforeEach(() => {
  vi.stubEnv("LVLM_CHROMIUM", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  Object.defineProperty(process, "platform", platform);
});

describe("the Chromium of the tests", () => {
  it.runIf(process.platform === "linux" && process.arch === "x64")(
    "is unpacked with its libraries and fonts, once for all who ask at the same time",
    async () => {
      const [first, second] = await Promise.all([chromiumProgram(), chromiumProgram({ systemFonts: true })]);
      expect(second.path).toBe(first.path);
      await access(first.path, constants.X_OK);
      await access(join(first.environment.LD_LIBRARY_PATH!, "libnss3.so"));
      await access(first.environment.FONTCONFIG_FILE!);
      await access(second.environment.FONTCONFIG_FILE!);
    },
  );

  it("is the one that LVLM_CHROMIUM names, in an environment left alone", async () => {
    vi.stubEnv("LVLM_CHROMIUM", process.execPath);
    expect(await chromiumProgram()).toEqual({ path: process.execPath, environment: {} });
  });

  it("is refused where LVLM_CHROMIUM names nothing", async () => {
    vi.stubEnv("LVLM_CHROMIUM", "/no/such/browser");
    await expect(chromiumProgram()).rejects.toThrow("LVLM_CHROMIUM names /no/such/browser, which does not exist");
  });

  it("has to be named on a platform that it is not made for", async () => {
    Object.defineProperty(process, "platform", { ...platform, value: "darwin" });
    await expect(chromiumProgram()).rejects.toThrow(/not for darwin on \w+; set LVLM_CHROMIUM to the full path/);
  });
});
