/** @file Every view and figure looks as it did when someone last looked at it. `npm run gallery` shows what changed. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { openGallery, type Gallery, type Picture } from "./draw-gallery.ts";
import { compareSubject, expectedSubjects } from "./expected-pictures.ts";
import { drawExport, exportedSelections } from "./exports.ts";
import { views } from "./views.ts";

/** What changed in the pictures of a subject, one line a picture. */
async function changes(subject: string, drawn: readonly Picture[]): Promise<string[]> {
  const compared = await compareSubject(subject, drawn);
  return compared.flatMap(({ name, difference }) =>
    difference ? [`${name}: ${difference.text}. See it with npm run gallery -- --only ${subject}`] : [],
  );
}

// Another browser draws letters otherwise.
describe.skipIf((process.env.LVLM_CHROMIUM ?? "") !== "")("a view", () => {
  let browser: Browser;
  let gallery: Gallery;
  const drawn = new Map<string, Promise<Picture[]>>();
  beforeAll(async () => {
    browser = await connectChromium();
    gallery = await openGallery(temporaryFolder(), browser);
    for (const view of views) {
      const pictures = gallery.draw(view);
      // The test of the view is told what went wrong.
      pictures.catch(() => undefined);
      drawn.set(view.name, pictures);
    }
  });
  afterAll(async () => {
    await gallery.close();
    await browser.close();
  });

  it.each(views)("$name is drawn as before", async ({ name }) => {
    expect(await changes(name, await drawn.get(name)!)).toEqual([]);
  });
});

describe("an exported figure", () => {
  it.each(exportedSelections)("of $name is drawn as before", async (selection) => {
    expect(await changes(selection.name, await drawExport(selection))).toEqual([]);
  });
});

it("is expected of no view that is gone", async () => {
  const subjects = [...views, ...exportedSelections].map(({ name }) => name);
  expect((await expectedSubjects()).filter((subject) => !subjects.includes(subject))).toEqual([]);
});
