/** @file The picture stays visible: what the model will not see, zoom and pan, full screen, small maps that open large. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { startWorkbenchPage, type WorkbenchPage } from "../support/workbench-page.ts";
import { canvasPixels } from "../support/page.ts";

let site: WorkbenchPage;
let run: string;
beforeAll(async () => {
  site = await startWorkbenchPage();
  run = await site.exampleRun("Which way does the arrow point?");
});
afterAll(() => site.close());

const stageOf = (page: Page) => page.getByRole("application", { name: /patches/ });
const shownZoom = (page: Page, of: string) =>
  page.getByRole("group", { name: `Zoom of the ${of}` }).getByTitle(`Show the whole ${of} (0)`);

/** A chart of 420 x 200 pixels whose highest bar stands at the left, where a center crop cuts it off. */
async function chart(): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const bar = async (height: number) =>
    sharp({ create: { width: 40, height, channels: 3, background: "#c03030" } })
      .png()
      .toBuffer();
  const buffer = await sharp({ create: { width: 420, height: 200, channels: 3, background: "#ffffff" } })
    .composite([
      { input: await bar(150), left: 20, top: 40 },
      { input: await bar(90), left: 200, top: 100 },
    ])
    .png()
    .toBuffer();
  return { name: "chart.png", mimeType: "image/png", buffer };
}

describe("an own chart", () => {
  it("is warned about its crop before the question, which another fit takes away", async () => {
    const { page, problems, close } = await site.open();
    await page
      .locator(".ask input[type=file]")
      .first()
      .setInputFiles(await chart());
    // 420 x 200 pixels, of which the square in the middle is read.
    await page.getByText("The model will not see 52 % of this picture:").waitFor();
    const at = await page.locator(".stage canvas.sheet").last().boundingBox();
    const points = [0.05, 0.5, 0.95].map((share) =>
      Array.from({ length: 30 }, (_, i) => ({ x: at!.width * share + (i % 6), y: at!.height * 0.3 + i })),
    );
    const drawn = async (): Promise<boolean[]> => {
      const pixels = await canvasPixels(page, ".stage canvas.sheet:last-of-type", points.flat());
      return points.map((own, i) => own.every((_, k) => pixels[i * own.length + k]![3] > 0));
    };
    await expect.poll(drawn).toEqual([true, false, true]);
    await page.getByRole("button", { name: "Fit: pad" }).click();
    await page.getByText("The model sees all of the picture.").waitFor();
    await expect.poll(drawn).toEqual([false, false, false]);
    expect(problems).toEqual([]);
    await close();
  });
});

describe("the picture", () => {
  it("is zoomed by wheel, keys and buttons, moved, and shown whole again; patches stay where they are", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tok=4`);
    const stage = stageOf(page);
    await stage.waitFor();
    const box = (await stage.boundingBox())!;
    const row = async (share: { x: number; y: number }): Promise<string | undefined> => {
      await page.mouse.move(box.x + 1, box.y + box.height + 30);
      await page.mouse.move(box.x + box.width * share.x, box.y + box.height * share.y);
      return (await page.locator("#tip b").first().textContent())?.trim();
    };
    const place = { x: 0.52, y: 0.8 };
    expect(await row(place)).toBe("Patch row 11, column 7");
    await page.mouse.wheel(0, -200);
    await page.mouse.wheel(0, -200);
    await shownZoom(page, "picture").waitFor();
    // What lies under the pointer stays there, and a step beside it is a smaller step on the picture.
    expect(await row(place)).toBe("Patch row 11, column 7");
    expect(await row({ x: 0.52 + 0.9 / 14, y: 0.8 })).toBe("Patch row 11, column 7");

    await page.getByRole("button", { name: /^Dragging moves the picture/ }).click();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.9, { steps: 4 });
    await page.mouse.up();
    expect(page.url()).not.toContain("patches=");
    expect(await row(place)).not.toBe("Patch row 11, column 7");

    await stage.focus();
    await page.keyboard.press("0");
    await expect.poll(() => shownZoom(page, "picture").count()).toBe(0);
    expect(await row(place)).toBe("Patch row 11, column 7");
    await page.keyboard.press("+");
    expect(await shownZoom(page, "picture").textContent()).toMatch(/^150/);
    await page.getByRole("button", { name: /^Zoom out of the picture/ }).click();
    await expect.poll(() => shownZoom(page, "picture").count()).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });

  it("fills the screen with its legend, and every figure of a tab with its own body alone", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tok=4`);
    const before = (await stageOf(page).boundingBox())!;
    await page.getByRole("button", { name: "Full screen: picture" }).click();
    await expect.poll(async () => (await stageOf(page).boundingBox())!.width).toBeGreaterThan(before.width * 1.3);
    await page.getByRole("button", { name: "Leave full screen: picture" }).click();
    await expect.poll(async () => (await stageOf(page).boundingBox())!.width).toBeCloseTo(before.width, 0);
    const heads = page.locator(".tabbody .bh h3");
    const titles = await heads.allTextContents();
    expect(titles.length).toBeGreaterThan(2);
    for (const title of titles) {
      await page.getByRole("button", { name: `Full screen: ${title}`, exact: true }).click();
      const leave = page.getByRole("button", { name: `Leave full screen: ${title}`, exact: true });
      await leave.waitFor();
      const shown = await page.evaluate(() =>
        [...(document.fullscreenElement?.querySelectorAll<HTMLElement>(".bh h3") ?? [])]
          .filter((head) => head.checkVisibility())
          .map((head) => head.textContent),
      );
      expect(shown).toEqual([title]);
      await leave.click();
      await leave.waitFor({ state: "detached" });
    }
    expect(problems).toEqual([]);
    await close();
  });
});

describe("the matrix of layers and heads", () => {
  it("is zoomed with Ctrl and the wheel about the pointer, moved by a drag that chooses no head, and whole again", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tok=4`);
    const matrix = page.getByRole("application", { name: /layers and 6 heads/ });
    const canvas = matrix.locator("canvas").first();
    await expect.poll(async () => (await canvas.boundingBox())?.width ?? 0).toBeGreaterThan(100);
    const before = (await canvas.boundingBox())!;
    const pointer = { x: before.x + before.width * 0.4, y: before.y + before.height * 0.4 };
    await page.mouse.move(pointer.x, pointer.y);
    await page.getByText(/^layer 2, head 2/).waitFor();
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -200);
    await page.keyboard.up("Control");
    await expect.poll(async () => (await canvas.boundingBox())!.width).toBeGreaterThan(before.width * 1.4);
    await page.mouse.move(pointer.x + 1, pointer.y);
    await page.getByText(/^layer 2, head 2/).waitFor();
    const zoomed = (await canvas.boundingBox())!;
    await page.mouse.down();
    await page.mouse.move(pointer.x + 60, pointer.y + 40, { steps: 4 });
    await page.mouse.up();
    const moved = (await canvas.boundingBox())!;
    expect(moved.x).toBeGreaterThan(zoomed.x);
    expect(page.url()).not.toContain("head=");
    await page.getByRole("button", { name: /^Show the whole matrix|%$/ }).click();
    await expect.poll(async () => (await canvas.boundingBox())!.width).toBeCloseTo(before.width, 0);
    expect(problems).toEqual([]);
    await close();
  });

  it("opens a map in a small cell large, under the pointer and at the cell with the focus", async () => {
    // On a phone the cells of six heads are small.
    const { page, problems, close } = await site.open(`run=${run}&tok=4&layer=5&head=4`, { width: 360, height: 780 });
    const matrix = page.getByRole("application", { name: /layers and 6 heads/ });
    await matrix.scrollIntoViewIfNeeded();
    const canvas = matrix.locator("canvas").first();
    await expect.poll(async () => (await canvas.boundingBox())?.width ?? 0).toBeGreaterThan(100);
    const box = (await canvas.boundingBox())!;
    expect(box.width / 6).toBeLessThan(40);
    const large = page.locator("#tip .smallmap canvas");
    await page.mouse.move(box.x + box.width * 0.75, box.y + box.height * 0.75);
    await expect.poll(async () => (await large.boundingBox())?.width ?? 0).toBeGreaterThan(180);
    await page.mouse.move(box.x + box.width / 2, box.y - 60);
    await expect.poll(() => large.count()).toBe(0);
    await matrix.focus();
    await page.keyboard.press("ArrowLeft");
    await page.locator("#tip", { hasText: /layer 5, head 3/ }).waitFor();
    await expect.poll(async () => (await large.boundingBox())?.width ?? 0).toBeGreaterThan(180);
    expect(problems).toEqual([]);
    await close();
  });
});
