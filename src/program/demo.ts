/** @file The demo model, its twin and its pictures, which come with the package. */
import { fileURLToPath } from "node:url";

function inPackage(path: string): string {
  // Source and build lie equally deep in the package, so this holds from both.
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** Folder of this program. */
export const packageFolder = inPackage("").replace(/[\\/]$/, "");

/** Folder of the demo model's checkpoint. */
export const demoCheckpointFolder = inPackage("demo/checkpoint");

/** Folder of the pictures and questions that the demo model answers. */
export const demoExamplesFolder = inPackage("demo/examples");

/** What the demo model is called in runs and messages. */
export const demoModelName = "demo";

/** A model that comes with the package. */
export interface BundledModel {
  /** What it is called in commands, runs and messages. */
  readonly name: string;
  /** Folder of its checkpoint. */
  readonly folder: string;
  /** What it is, for someone who meets it for the first time. */
  readonly about: string;
}

/** The models that come with the package, the demo model first. */
export const bundledModels: readonly [BundledModel, ...BundledModel[]] = [
  {
    name: demoModelName,
    folder: demoCheckpointFolder,
    about: "a toy, trained on drawn scenes, with four planted shortcuts",
  },
  {
    name: "demo-twin",
    folder: inPackage("demo/twin/checkpoint"),
    about: "the demo model, taught on to look at bananas and apples",
  },
];

/** The model of this name that comes with the package; undefined for other names. */
export function bundledModel(name: string): BundledModel | undefined {
  return bundledModels.find((model) => model.name === name);
}

/** A picture and a question that the demo model answers. */
export const demoQuestion = {
  picture: inPackage("demo/examples/arrow-right.png"),
  question: "Which way does the arrow point?",
} as const;
