/** @file The demo model and its pictures, which come with the package. */
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

/** A picture and a question that the demo model answers. */
export const demoQuestion = {
  picture: inPackage("demo/examples/arrow-right.png"),
  question: "Which way does the arrow point?",
} as const;
