/** @file Messages for the page without the places of this computer's folders. */
import { sep } from "node:path";

/** A function that takes these folders out of messages: what lies in them keeps its path from there on. */
export function hiddenFolders(folders: readonly string[]): (message: string) => string {
  // A folder within another one goes first.
  const longestFirst = [...new Set(folders)].filter((folder) => folder !== sep).sort((a, b) => b.length - a.length);
  return (message) =>
    longestFirst.reduce(
      (text, folder) =>
        text.replaceAll(folder.endsWith(sep) ? folder : folder + sep, "").replaceAll(folder, "a folder"),
      message,
    );
}
