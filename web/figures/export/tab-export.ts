/** @file Exports all figures of the open tab in one format. */
import type { Page } from "../../state/page.svelte.ts";
import { exportContext } from "./export-context.ts";
import { figureFile, type FigureFormat } from "./export-figure.ts";
import type { FigureRegistry } from "../figure-registry.svelte.ts";
import { figuresJson } from "./figure-data.ts";
import { exportFileName, uniqueNames } from "./file-names.ts";
import { saveFiles, type MadeFile } from "./save-file.ts";

/** What the Export menu offers for a tab. */
export const tabFormats: readonly { readonly format: FigureFormat; readonly label: string; readonly detail: string }[] =
  [
    { format: "png", label: "PNG, 2×", detail: "one file a figure" },
    { format: "png4", label: "PNG, 4×", detail: "one file a figure" },
    { format: "svg", label: "SVG", detail: "one file a figure, text as text" },
    { format: "csv", label: "CSV", detail: "one file a figure" },
    { format: "json", label: "JSON", detail: "all figures in one file, with settings" },
  ];

/**
 * Saves every figure of the open tab in this format and tells the user how many: JSON as one file, since its figures stand side by side
 * in one document; the others one file a figure, since pictures and tables of different columns do not. Never throws.
 */
export async function exportTab(page: Page, registry: FigureRegistry, format: FigureFormat): Promise<void> {
  const context = exportContext(page);
  const figures = registry.figures();
  if (!context || figures.length === 0) {
    page.notify({
      kind: "note",
      text: "The open tab shows no figures to export; open a run, or compute what the tab needs.",
    });
    return;
  }
  try {
    const files: MadeFile[] = [];
    if (format === "json") {
      const { run, tab, selection } = context;
      const name = exportFileName({ run, tab, figure: "figures", token: selection.text }, "json");
      files.push({ name, content: new Blob([figuresJson(figures, context)], { type: "application/json" }) });
    } else {
      for (const figure of figures) {
        const file = await figureFile(figure, context, format);
        if (file) files.push(file);
      }
    }
    if (files.length === 0) {
      page.notify({
        kind: "note",
        text: `The figures of this tab have nothing to export as ${format === "png4" ? "png" : format}.`,
      });
      return;
    }
    const names = uniqueNames(files.map(({ name }) => name));
    await saveFiles(files.map(({ content }, index) => ({ name: names[index]!, content })));
    page.say(files.length === 1 ? "1 file was saved." : `${files.length} files were saved.`);
  } catch (error) {
    page.fail(error);
  }
}
