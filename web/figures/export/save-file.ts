/** @file Gives the user a file that was made in the page. */

export interface MadeFile {
  readonly name: string;
  readonly content: Blob;
}

/** Browsers need the address for a moment after the click. */
const keepAddressMs = 30_000;
/** Downloads that start at once are taken for one by some browsers. */
const betweenFilesMs = 150;

function saveFile({ name, content }: MadeFile): void {
  const link = document.createElement("a");
  const address = URL.createObjectURL(content);
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), keepAddressMs);
}

/** Saves files one after the other; the browser may ask once whether it may. */
export async function saveFiles(files: readonly MadeFile[]): Promise<void> {
  for (const [index, file] of files.entries()) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, betweenFilesMs));
    saveFile(file);
  }
}
