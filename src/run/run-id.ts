/** @file What may be the id of a run: the name of its file, on every system that the file may be copied to. */

/** Letters, digits and what people put into names of files, but no separators, and no dot in front. */
const idPattern = /^(?!\.)[\p{L}\p{N}\p{M} ._()+,=@~-]{1,150}$/u;

/** How the names of run files end. */
export const runFileEnding = ".run.safetensors";

/** Names that Windows keeps for devices, whatever follows the first dot. */
const deviceName = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i;

/** File systems count the bytes of a name in UTF-8, and few take more. */
const maxFileNameBytes = 255;

/** Whether a text can be the id of a run: a plain name, not too long in bytes, and no device of Windows. */
export function isRunId(id: string): boolean {
  if (!idPattern.test(id) || id.endsWith(" ")) return false;
  if (deviceName.test(id.split(".")[0]!.trimEnd())) return false;
  return new TextEncoder().encode(id + runFileEnding).length <= maxFileNameBytes;
}

/** The name of the file of a run. */
export function runFileName(id: string): string {
  return id + runFileEnding;
}

/** The id that a file from elsewhere may have: its own name, as far as it can be one. */
export function idOfFileName(name: string): string | undefined {
  const stem = (name.split(/[\\/]/).at(-1) ?? "")
    .replace(/\.safetensors$/i, "")
    .replace(/\.run$/i, "")
    .trim();
  return isRunId(stem) ? stem : undefined;
}
