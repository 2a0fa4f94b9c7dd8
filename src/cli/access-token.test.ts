import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { accessToken } from "./access-token.ts";

const token = "correct-horse-battery";
const other = "other-horse-battery";
const local = { environment: {}, file: undefined, host: "127.0.0.1" };

function tokenFile(text: string): string {
  const file = join(temporaryFolder(), "token");
  writeFileSync(file, text);
  return file;
}

describe("accessToken", () => {
  it("is none for this computer alone, and random for others", async () => {
    expect(await accessToken(local)).toBeUndefined();
    expect(await accessToken({ ...local, environment: { LVLM_INTERPRET_TOKEN: "" } })).toBeUndefined();
    expect(await accessToken({ ...local, host: "0.0.0.0" })).toMatch(/^[\w-]{32}$/);
  });

  it.each(["", "\n", "\r\n"])(
    "is the line of the file that ends with %j, before that of the environment",
    async (end) => {
      const environment = { LVLM_INTERPRET_TOKEN: other };
      expect(await accessToken({ ...local, environment })).toBe(other);
      expect(await accessToken({ ...local, environment, file: tokenFile(token + end) })).toBe(token);
    },
  );

  it.each(["short", "with spaces in between it", `${token}\n${token}`, "é".repeat(20)])(
    "refuses %j without repeating it",
    async (wrong) => {
      const failure = (await accessToken({ ...local, file: tokenFile(wrong) }).catch(
        (error: unknown) => error,
      )) as Error;
      expect(failure.message).toMatch(/^The token in ".*" must have 16 to 1000 letters, digits and signs .*\.$/);
      expect(failure.message).not.toContain(wrong);
    },
  );

  it("says what is wrong with the file", async () => {
    await expect(accessToken({ ...local, file: join(temporaryFolder(), "none") })).rejects.toThrow("does not exist");
    await expect(accessToken({ ...local, file: tokenFile("x".repeat(5000)) })).rejects.toThrow("more than the limit");
    await expect(accessToken({ ...local, file: temporaryFolder() })).rejects.toThrow("this is not a regular file.");
  });
});
