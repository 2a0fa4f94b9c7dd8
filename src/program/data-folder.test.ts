import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultRunsFolder } from "./data-folder.ts";

describe("defaultRunsFolder", () => {
  it("lies in XDG_DATA_HOME where that is set", () => {
    expect(defaultRunsFolder({ XDG_DATA_HOME: "/x" }, "darwin")).toBe("/x/lvlm-interpret/runs");
  });

  it("lies where the platform keeps data", () => {
    const runs = join("lvlm-interpret", "runs");
    expect(defaultRunsFolder({ XDG_DATA_HOME: "" }, "linux")).toBe(join(homedir(), ".local", "share", runs));
    expect(defaultRunsFolder({}, "darwin")).toBe(join(homedir(), "Library", "Application Support", runs));
    expect(defaultRunsFolder({ LOCALAPPDATA: "/local" }, "win32")).toBe(join("/local", runs));
  });
});
