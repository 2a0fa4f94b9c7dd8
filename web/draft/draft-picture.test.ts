import { describe, expect, it } from "vitest";
import type { StoredPicture } from "../../src/server/api.ts";
import { createApiClient } from "../data/api-client.ts";
import { draftPicture, picturesOfRun, pictureShelf, withEdit } from "./draft-picture.ts";

const stored = (id: string): StoredPicture => ({ id, name: "a.png", mediaType: "image/png", width: 4, height: 3 });
const image = {
  name: "a.png",
  mediaType: "image/png",
  width: 2,
  height: 3,
  fit: "default",
  inputWidth: 4,
  inputHeight: 4,
  grids: [],
} as const;
const step = { tool: "crop", box: { left: 0, top: 0, width: 2, height: 3 } } as const;

/** A shelf over a server that stores everything, and what was read and stored. */
function shelf(status = 200) {
  const read: string[] = [];
  const given: string[] = [];
  const api = createApiClient("", (address) => {
    given.push(address as string);
    return Promise.resolve(Response.json(stored(`p-${given.length}`), { status: 201 }));
  });
  const fetcher = (address: RequestInfo | URL) => {
    read.push(address as string);
    return Promise.resolve(new Response("bytes", { status }));
  };
  return { api, read, given, shelf: pictureShelf(api, fetcher) };
}

describe("pictures of the question in the making", () => {
  it("are stored by then, where they were added", async () => {
    const { api, shelf: kept, read } = shelf();
    const added = draftPicture(api, stored("p-9"));
    expect(await kept.store(added)).toEqual({ original: "p-9" });
    const edited = withEdit(api, added, { picture: { ...stored("p-10"), width: 2 }, steps: [step] });
    expect(await kept.store(edited)).toEqual({ original: "p-9", edited: { picture: "p-10", steps: [step] } });
    expect([edited.width, edited.url, edited.key]).toEqual([2, "/api/pictures/p-10", added.key]);
    expect(read).toEqual([]);
  });

  it("are taken from the run when they are needed, and only once", async () => {
    const { api, shelf: kept, read, given } = shelf();
    const [plain, edited] = picturesOfRun(api, "r-1", [image, { ...image, edits: [step] }]);
    expect(read).toEqual([]);
    expect(await kept.store(plain!)).toEqual({ original: "p-1" });
    expect(await kept.store(plain!)).toEqual({ original: "p-1" });
    expect(await kept.store(edited!)).toEqual({ original: "p-2", edited: { picture: "p-3", steps: [step] } });
    expect((await kept.storeShown(edited!)).id).toBe("p-3");
    expect(read).toEqual(["/api/runs/r-1/pictures/0", "/api/runs/r-1/pictures/1", "/api/runs/r-1/pictures/1/edited"]);
    kept.clear();
    expect(await kept.store(plain!)).toEqual({ original: "p-4" });
    expect(given).toHaveLength(4);
  });

  it("say so where the run's picture is gone, and are tried again", async () => {
    const { api, shelf: kept, read } = shelf(404);
    const [plain] = picturesOfRun(api, "r-1", [image]);
    await expect(kept.store(plain!)).rejects.toThrow("The picture a.png cannot be read any more; add it again.");
    await expect(kept.store(plain!)).rejects.toThrow();
    expect(read).toHaveLength(2);
  });
});
