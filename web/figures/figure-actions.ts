/** @file What the menu of a figure and its table do: copy and save, and tell the user. None of these throws. */
import type { Page } from "../state/page.svelte.ts";
import { exportContext } from "./export/export-context.ts";
import { figureFile, figurePng, type FigureFormat } from "./export/export-figure.ts";
import { formatTsv } from "./export/figure-data.ts";
import type { Figure, TableView } from "./figure.ts";
import { saveFiles } from "./export/save-file.ts";

const formatNames = { png: "PNG", png4: "PNG", svg: "SVG", csv: "CSV", json: "JSON" } as const satisfies Record<
  FigureFormat,
  string
>;

/** Scale of a copied picture. */
const copiedScale = 2;
const notCopied = "could not be copied: the browser does not allow it here; export it instead.";

/** Saves the figure of the open run in this format. */
export async function saveFigure(page: Page, figure: Figure, format: FigureFormat): Promise<void> {
  try {
    const context = exportContext(page);
    const file = context && (await figureFile(figure, context, format));
    if (!file) {
      page.notify({
        kind: "note",
        text: `The figure "${figure.title}" has nothing to export as ${formatNames[format]}.`,
      });
      return;
    }
    await saveFiles([file]);
    page.say(`${file.name} was saved.`);
  } catch (error) {
    page.fail(error);
  }
}

/** Copies the table for spreadsheets. */
export async function copyTable(page: Page, { title, table }: TableView): Promise<void> {
  try {
    await navigator.clipboard.writeText(formatTsv(table));
    page.say("The table was copied.");
  } catch {
    page.notify({ kind: "error", text: `The table "${title}" ${notCopied}` });
  }
}

/** Copies the figure in its frame as PNG. */
export async function copyFigure(page: Page, figure: Figure): Promise<void> {
  const context = exportContext(page);
  if (!context) return;
  const png = figurePng(figure, context, copiedScale).then((blob) => {
    if (!blob) throw new Error("The figure has nothing to draw.");
    return blob;
  });
  try {
    // The promise itself is handed over: some browsers allow copying only at once after the click.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    page.say("The figure was copied.");
  } catch {
    page.notify({ kind: "error", text: `The figure "${figure.title}" ${notCopied}` });
  }
}
