/** @file Writes the checkpoint of a family in the sizes that are measured, with random weights. */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { readConfigPart } from "../../src/checkpoint-reader/parts.ts";
import { neededWeights } from "../../src/engine/needed-weights.ts";
import { diskFolder } from "../../src/files/disk-folder.ts";
import { defineModel } from "../../src/models/registry.ts";
import { fixturesFolder } from "../../test/support/parity-cases.ts";
import { writeWeights } from "../random-checkpoint.ts";
import type { Changes, Family } from "./families.ts";

const isObject = (value: unknown): value is Changes =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function changed(value: Changes, changes: Changes): Changes {
  const fields = Object.entries(changes).map(([name, to]): [string, unknown] => {
    const from = value[name];
    return [name, isObject(from) && isObject(to) ? changed(from, to) : to];
  });
  return { ...value, ...Object.fromEntries(fields) };
}

/** Writes everything but the weights into a new folder. */
export async function writeFamilyFiles(folder: string, family: Family): Promise<void> {
  const { text, vision, config, imageProcessor, processor } = family;
  const fixture = join(fixturesFolder, family.fixture, "checkpoint");
  await mkdir(folder);
  await cp(fixture, folder, { recursive: true, filter: (path) => !path.endsWith(".safetensors") });
  const change = async (file: string, changes: Changes) => {
    const value = JSON.parse(await readFile(join(fixture, file), "utf8")) as Changes;
    await writeFile(join(folder, file), JSON.stringify(changed(value, changes)));
  };
  await change("config.json", { ...config, text_config: text, vision_config: vision });
  await change("processor_config.json", { ...processor, image_processor: imageProcessor });
}

/** Writes a checkpoint into a new folder. */
export async function writeFamily(folder: string, family: Family): Promise<void> {
  await writeFamilyFiles(folder, family);
  const model = await readConfigPart({ files: diskFolder(folder), warn: () => undefined });
  const weights = neededWeights(defineModel(model.config));
  await writeWeights(
    join(folder, "model.safetensors"),
    weights.map(({ names, dims }) => [names[0]!, dims]),
  );
}

/** A size that the image tokens of published models are known for. */
export const photograph = { width: 960, height: 686 };

export async function writePhotograph(file: string): Promise<void> {
  await sharp({ create: { ...photograph, channels: 3, background: "#357" } })
    .png()
    .toFile(file);
}
