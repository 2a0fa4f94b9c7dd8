import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cacheFolder } from "./cache-folder.ts";

describe("cacheFolder", () => {
  it("is the folder of LVLM_INTERPRET_CACHE first", () => {
    expect(cacheFolder({ LVLM_INTERPRET_CACHE: "/big/disk", XDG_CACHE_HOME: "/x" }, "linux")).toBe("/big/disk");
  });

  it("lies in XDG_CACHE_HOME where that is set", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/x", LVLM_INTERPRET_CACHE: "" }, "darwin")).toBe("/x/lvlm-interpret");
  });

  it("lies where the platform keeps caches", () => {
    expect(cacheFolder({}, "linux")).toBe(join(homedir(), ".cache", "lvlm-interpret"));
    expect(cacheFolder({}, "darwin")).toBe(join(homedir(), "Library", "Caches", "lvlm-interpret"));
    expect(cacheFolder({ LOCALAPPDATA: "/local" }, "win32")).toBe("/local/lvlm-interpret");
  });
});
