/** @file Names of exported files: RUN-tab-figure-token.ext. */

/** What a file name is made of; empty parts are left out. */
export interface FileNameParts {
  readonly run: string;
  readonly tab: string;
  readonly figure: string;
  /** Text of the selected tokens. */
  readonly token: string;
}

/** Longest part, in characters: names stay below what file systems take. */
const maxPartLength = 40;

/** Text as a part of a file name: letters and digits of any script, everything else as single hyphens. */
export function fileNamePart(text: string): string {
  const plain = text.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-");
  return Array.from(plain.replace(/^-+|-+$/g, ""))
    .slice(0, maxPartLength)
    .join("")
    .replace(/-+$/, "");
}

/** The name of a file, without folders. A figure whose name begins with its tab does not say it twice. */
export function exportFileName({ run, tab, figure, token }: FileNameParts, extension: string): string {
  const tabPart = fileNamePart(tab);
  const figurePart = fileNamePart(figure);
  const own =
    figurePart === tabPart
      ? ""
      : figurePart.startsWith(`${tabPart}-`)
        ? figurePart.slice(tabPart.length + 1)
        : figurePart;
  const parts = [fileNamePart(run), tabPart, own, fileNamePart(token)].filter((part) => part !== "");
  return `${parts.length === 0 ? "figure" : parts.join("-")}.${extension}`;
}

/** The names, with -2, -3 and so on before the ending of those that were there before (letter case does not tell files apart). */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const dot = name.lastIndexOf(".");
    let unique = name;
    for (let count = 2; taken.has(unique.toLowerCase()); count++) {
      unique = `${name.slice(0, dot)}-${count}${name.slice(dot)}`;
    }
    taken.add(unique.toLowerCase());
    return unique;
  });
}
