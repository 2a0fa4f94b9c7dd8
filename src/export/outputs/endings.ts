/** @file What the ending of an output's name says that the file is. */
import { extname } from "node:path";
import { runFileEnding } from "../../run/run-id.ts";
import { lookUp } from "../../tensor/look-up.ts";

/** Endings that say something else than what this program writes under a name without an ending. */
const kinds: Readonly<Record<string, string>> = {
  ".safetensors": "a safetensors file",
  ...Object.fromEntries(
    [".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".bmp", ".svg"].map((ending) => [
      ending,
      "a picture",
    ]),
  ),
  ".csv": "a table",
  ".tsv": "a table",
  ".json": "a JSON document",
  ".html": "a page",
  ".htm": "a page",
  ".pdf": "a document",
  ".txt": "a text",
  ".md": "a text",
  ".jinja": "a chat template",
  ...Object.fromEntries([".bin", ".pt", ".pth", ".gguf", ".onnx", ".npy", ".npz"].map((ending) => [ending, "weights"])),
};

/** What a name looks like, with its article; undefined if its ending says nothing. */
export function kindOfName(path: string): string | undefined {
  const name = path.toLowerCase();
  if (name.endsWith(runFileEnding)) return "a run file";
  return lookUp(kinds, extname(name));
}
