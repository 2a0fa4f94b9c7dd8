import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkFiles } from "../../src/check/check.ts";
import { diskFolder } from "../../src/files/disk-folder.ts";
import { directEncoding } from "../../test/support/direct-encoding.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { photograph, writeFamilyFiles } from "./checkpoint.ts";
import { families } from "./families.ts";

/** Image tokens that the published model of each family makes of the photograph. */
const published: Readonly<Record<string, number>> = {
  ...{ llava: 576, "llava-next": 2242, onevision: 4833, "qwen2-vl": 816, "qwen2.5-vl": 816, "qwen3-vl": 630 },
  ...{ internvl: 13 * 256, smolvlm: 13 * 81, paligemma: 256, gemma3: 256, mllama: 6404 },
};

describe("families that are measured", () => {
  it.each(Object.keys(families))("has as many image tokens as the published model: %s", async (name) => {
    const folder = join(temporaryFolder(), name);
    await writeFamilyFiles(folder, families[name]!);
    const report = await checkFiles(
      diskFolder(folder),
      {
        ...{ question: "What is in the picture?", pictures: [{ name: null, ...photograph }] },
        ...{ fit: "default", answerTokens: 16, speed: null, availableBytes: null },
      },
      directEncoding,
    );
    // Weights are not written.
    expect(report.notChecked.map(({ part }) => part)).toEqual(["weights"]);
    expect(report.pictures?.[0]?.imageTokens).toBe(published[name]);
    expect(report.architecture?.language.layers).toBe(8);
  });
});
