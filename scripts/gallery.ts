/**
 * @file Draws the gallery, shows what changed in out/gallery/index.html, and with --accept makes it the expected one:
 * `npm run gallery -- [--only WORD] [--accept]`. WORD is a part of the names of views, such as "attention".
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launchChromium } from "../test/browser/support/chromium.ts";
import { openGallery } from "../test/browser/gallery/draw-gallery.ts";
import { accept, compareSubject, expectedSubjects, type Compared } from "../test/browser/gallery/expected-pictures.ts";
import { drawExport, exportedSelections } from "../test/browser/gallery/exports.ts";
import { galleryPage } from "../test/browser/gallery/gallery-page.ts";
import { views } from "../test/browser/gallery/views.ts";

const { values } = parseArgs({
  options: { only: { type: "string", default: "" }, accept: { type: "boolean", default: false } },
});
const isWanted = ({ name }: { readonly name: string }): boolean => name.includes(values.only);

const compared: Compared[] = [];
for (const selection of exportedSelections.filter(isWanted)) {
  compared.push(...(await compareSubject(selection.name, await drawExport(selection))));
}
const wanted = views.filter(isWanted);
if (wanted.length > 0) compared.push(...(await comparedViews()));
const drawn = [...views, ...exportedSelections].map(({ name }) => name);
for (const name of (await expectedSubjects()).filter(
  (subject) => isWanted({ name: subject }) && !drawn.includes(subject),
)) {
  compared.push(...(await compareSubject(name, [])));
}

const changed = compared.filter(({ difference }) => difference !== undefined);
for (const { name, difference } of changed) console.log(`${name}: ${difference!.text}`);
const page = await writePage();
console.log(`${changed.length} of ${compared.length} pictures changed. Look at them in ${page}`);
if (values.accept) {
  for (const each of changed) await accept(each);
  console.log("The changed pictures are the expected ones now.");
} else if (changed.length > 0) {
  console.log("If they are right, run the same command with --accept, and commit test/browser/gallery/expected.");
}

async function comparedViews(): Promise<Compared[]> {
  const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-gallery-"));
  const browser = await launchChromium();
  const gallery = await openGallery(folder, browser);
  try {
    const found = await Promise.all(
      wanted.map(async (view) => {
        const drawn = await gallery.draw(view).catch((error: unknown) => {
          throw new Error(`The view ${view.name} cannot be drawn.`, { cause: error });
        });
        return compareSubject(view.name, drawn);
      }),
    );
    return found.flat();
  } finally {
    await gallery.close();
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the page with its pictures, and returns its path. */
async function writePage(): Promise<string> {
  const folder = fileURLToPath(new URL("../out/gallery/", import.meta.url));
  await rm(folder, { recursive: true, force: true });
  for (const { name, expected, actual, difference } of compared) {
    const files = { expected, actual, difference: difference?.marked };
    for (const [kind, bytes] of Object.entries(files)) {
      if (!bytes) continue;
      const path = join(folder, kind, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
  }
  const page = join(folder, "index.html");
  await mkdir(folder, { recursive: true });
  await writeFile(page, galleryPage(compared));
  return page;
}
