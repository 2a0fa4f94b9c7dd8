/** @file The figures that the command line exports of the committed run, one folder a selection. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportRun } from "../../../src/export/export.ts";
import type { SelectionRequest } from "../../../src/export/selection.ts";
import { openRunFile } from "../../../src/workbench/run-files.ts";
import { runsFolder, type Picture } from "./draw-gallery.ts";
import { withoutPixels } from "./saved-figures.ts";

interface ExportedSelection {
  readonly name: string;
  readonly selection: SelectionRequest;
}

const token = "4";
export const exportedSelections: readonly ExportedSelection[] = [
  { name: "export-attention", selection: { token, method: "attention", layer: 5, head: 4 } },
  { name: "export-rollout", selection: { token, method: "rollout" } },
  { name: "export-lens", selection: { token, method: "lens", layer: 4 } },
  { name: "export-relevancy", selection: { token, method: "relevancy", variant: "exact", map: "language" } },
  { name: "export-reference", selection: { token, method: "relevancy", variant: "reference", map: "combined2" } },
  { name: "export-gradient-rollout", selection: { token, method: "gradient-rollout" } },
  { name: "export-grad-cam", selection: { token, method: "grad-cam" } },
  { name: "export-lrp", selection: { token, method: "lrp", map: "vision" } },
];

/** The figures of a selection as SVG, without the pixels of their pictures, and as PNG, which holds them. */
export async function drawExport({ name, selection }: ExportedSelection): Promise<Picture[]> {
  const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-export-"));
  const opened = await openRunFile(join(runsFolder, "arrow.run.safetensors"));
  try {
    await exportRun(opened.run, { formats: ["svg", "png"], selection, runName: "arrow", out: { folder } });
    const files = await readdir(folder);
    return await Promise.all(
      files.map(async (file) => {
        const bytes = await readFile(join(folder, file));
        const isText = file.endsWith(".svg");
        return {
          name: `exports/${name}/${file}`,
          bytes: isText ? Buffer.from(withoutPixels(bytes.toString())) : bytes,
        };
      }),
    );
  } finally {
    await opened.close();
    await rm(folder, { recursive: true });
  }
}
