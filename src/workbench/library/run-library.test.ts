/** @file Tests of the folder of runs: the list, ids, names, deleting and bringing back, taking in, and several processes. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { link, mkdir, readdir, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exampleDescription, exampleTensors, fileBytes } from "../../../test/support/example-run.ts";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { halfFileName, writerName } from "../../files/half-files.ts";
import type { RunDescription } from "../../run/types.ts";
import { encodeRun } from "../../run/write.ts";
import { openRunLibrary, type RunLibrary } from "./run-library.ts";

/** The example, its second picture edited. */
function recorded(more: Partial<RunDescription> = {}) {
  const example = exampleDescription();
  const edits = [{ tool: "fill", box: { left: 4, top: 8, width: 20, height: 10 }, color: "#808080" }] as const;
  const images = [example.images[0]!, { ...example.images[1]!, edits }];
  return { description: { ...example, images, ...more }, tensors: exampleTensors() };
}

function bytesOf(more: Partial<RunDescription> = {}): Uint8Array {
  const { description, tensors } = recorded(more);
  return fileBytes(encodeRun(description, tensors));
}

async function opened(): Promise<{ library: RunLibrary; folder: string }> {
  const folder = join(temporaryFolder(), "runs");
  return { library: await openRunLibrary(folder), folder };
}

/** A body in pieces, as it comes over a network. */
async function* body(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield await Promise.resolve(bytes.subarray(at, at + 1000));
}

describe("list", () => {
  test("has the newest first, with what is known of each", async () => {
    const { library, folder } = await opened();
    await library.add(recorded({ created: "2026-01-02T00:00:00Z" }));
    await library.add(recorded({ created: "2026-01-03T00:00:00Z" }));
    await writeFile(
      join(folder, "by hand.run.safetensors"),
      bytesOf({ created: "2026-01-01T00:00:00Z", name: "mine" }),
    );
    const runs = await library.list();
    expect(runs.map(({ id }) => id)).toEqual(["r-0002", "r-0001", "by hand"]);
    expect(runs[2]).toEqual({
      id: "by hand",
      name: "mine",
      question: "And this?",
      answer: " t25 t26",
      turns: 2,
      pictures: 2,
      edits: 1,
      probability: 0.5,
      grounding: 0.4,
      model: "example",
      created: "2026-01-01T00:00:00Z",
      durationMs: 12.5,
      fileBytes: bytesOf({ created: "2026-01-01T00:00:00Z", name: "mine" }).length,
    });
    await library.close();
  });

  test("has the mean grounding score of the words that were measured", async () => {
    const { library } = await opened();
    const parts = { attention: 0.5, relevancy: null, blank: 0.5, others: 0.5 };
    const tokens = [0.25, 0.5, 1].map((score) => ({ parts, score }));
    const measures = [{ request: { kind: "grounding", seed: 0 }, otherPictures: 8, tokens }] as const;
    const id = await library.add(recorded({ measures }));
    // The third token is the stop token.
    expect(await library.summary(id)).toMatchObject({ grounding: 0.375 });
    await library.close();
  });

  test("leaves out what is damaged, empty or no file, and opening it says why without naming the folder", async () => {
    const { library, folder } = await opened();
    const id = await library.add(recorded());
    await writeFile(join(folder, "cut.run.safetensors"), bytesOf().subarray(0, 500));
    await writeFile(join(folder, "held.run.safetensors"), "");
    await writeFile(join(folder, "notes.txt"), "no run");
    await mkdir(join(folder, "folder.run.safetensors"));
    expect((await library.list()).map((run) => run.id)).toEqual([id]);
    const error = await library.summary("cut").catch((reason: unknown) => reason as Error);
    expect(error).toMatchObject({ code: "bad-request" });
    expect((error as Error).message).toMatch(/^cut\.run\.safetensors/);
    expect((error as Error).message).not.toContain(folder);
    for (const missing of ["held", "folder", "notes"]) {
      await expect(library.summary(missing)).rejects.toMatchObject({ code: "not-found" });
    }
    await library.close();
  });

  test("sees a file that was written anew", async () => {
    const { library, folder } = await opened();
    const id = await library.add(recorded());
    await library.use(id, async (run) => {
      await library.change(id, ({ description }) => ({ description: { ...description, answerText: "other" } }));
      // The old file is read to the end.
      expect((await run.tensor("rollout")).dims).toEqual([3, 20]);
      expect(run.description.answerText).toBe(" t25 t26");
    });
    expect((await library.summary(id)).answer).toBe("other");
    expect(await library.use(id, (run) => Promise.resolve(run.description.answerText))).toBe("other");
    expect(await readFile(join(folder, `${id}.run.safetensors`))).toEqual(
      Buffer.from(bytesOf({ answerText: "other" })),
    );
    await library.close();
  });
});

describe("ids", () => {
  test("none leads out of the folder", async () => {
    const { library, folder } = await opened();
    await writeFile(join(folder, "..", "x.run.safetensors"), bytesOf());
    for (const id of [
      "../x",
      "..\\x",
      "a/../../x",
      "",
      ".",
      "..",
      ".hidden",
      "x\0",
      join(folder, "..", "x"),
      "x".repeat(300),
    ]) {
      for (const work of [library.summary(id), library.file(id), library.remove(id), library.restore(id)]) {
        await expect(work).rejects.toMatchObject({ code: "not-found" });
      }
      await expect(library.rename(id, "n")).rejects.toMatchObject({ code: "not-found" });
    }
    await library.close();
  });

  test("count on, also beside another process, and are never used twice", async () => {
    const { library, folder } = await opened();
    const other = await openRunLibrary(folder);
    const ids = await Promise.all([library, other, library, other].map((each) => each.add(recorded())));
    expect([...ids].sort()).toEqual(["r-0001", "r-0002", "r-0003", "r-0004"]);
    await library.remove("r-0004");
    expect(await library.add(recorded())).toBe("r-0005");
    await expect(library.add(recorded({ created: "never" }))).rejects.toThrow(/created/);
    expect((await readdir(folder)).filter((name) => name.includes("0006"))).toEqual([]);
    await Promise.all([library.close(), other.close()]);
  });
});

describe("opening", () => {
  test("removes what was never finished, a day later, and nothing else", async () => {
    const folder = temporaryFolder();
    const old = new Date(Date.now() - 25 * 3_600_000);
    const names = [
      ".import-0123456789ab.partial",
      "r-0001.run.safetensors",
      "r-0002.run.safetensors",
      "notes.partial",
      ".fresh.partial",
    ];
    for (const name of names) {
      await writeFile(join(folder, name), name.startsWith("r-0002") ? bytesOf() : "");
      if (name !== ".fresh.partial") await utimes(join(folder, name), old, old);
    }
    await (await openRunLibrary(folder)).close();
    expect((await readdir(folder)).sort()).toEqual([".fresh.partial", "notes.partial", "r-0002.run.safetensors"]);
  });
});

describe("links in the folder", () => {
  async function folderWithLinks() {
    const { library, folder } = await opened();
    const outside = temporaryFolder();
    await writeFile(join(outside, "secret.run.safetensors"), bytesOf());
    await writeFile(join(folder, "own.run.safetensors"), bytesOf());
    await link(join(outside, "secret.run.safetensors"), join(folder, "hard.run.safetensors"));
    await symlink(join(outside, "secret.run.safetensors"), join(folder, "out.run.safetensors"));
    await symlink("own.run.safetensors", join(folder, "in.run.safetensors"));
    await symlink("none", join(folder, "nowhere.run.safetensors"));
    return { library, folder, outside };
  }

  test("are no runs; a second name of a file is one", async () => {
    const { library, folder, outside } = await folderWithLinks();
    expect((await library.list()).map(({ id }) => id).sort()).toEqual(["hard", "own"]);
    for (const id of ["out", "in", "nowhere"]) {
      for (const work of [
        () => library.summary(id),
        () => library.use(id, () => Promise.resolve()),
        () => library.file(id),
        () => library.rename(id, "n"),
        () => library.remove(id),
      ]) {
        await expect(work()).rejects.toMatchObject({ code: "not-found" });
      }
    }
    expect((await library.rename("hard", "here")).name).toBe("here");
    expect(await readFile(join(outside, "secret.run.safetensors"))).toEqual(Buffer.from(bytesOf()));
    expect((await readdir(folder)).length).toBe(5);
    await library.close();
  });

  test("are not taken for a file that is imported, nor written through", async () => {
    const { library, outside } = await folderWithLinks();
    const imported = await library.import({ name: "out.run.safetensors", body: body(bytesOf({ name: "other" })) });
    expect(imported.id).toBe("r-0001");
    expect((await library.import({ name: "nowhere", body: body(bytesOf()) })).id).toBe("r-0002");
    expect(await readdir(outside)).toEqual(["secret.run.safetensors"]);
    expect(await readFile(join(outside, "secret.run.safetensors"))).toEqual(Buffer.from(bytesOf()));
    await library.close();
  });

  test("in place of the trash take no run out of the folder", async () => {
    const { library, folder, outside } = await folderWithLinks();
    await symlink(outside, join(folder, ".trash"));
    await expect(library.remove("own")).rejects.toMatchObject({ code: "conflict" });
    expect((await library.summary("own")).id).toBe("own");
    await library.close();
    // What looks like an abandoned trash there stays, too.
    await mkdir(join(outside, "999999-abcd"));
    await (await openRunLibrary(folder)).close();
    expect((await readdir(outside)).sort()).toEqual(["999999-abcd", "secret.run.safetensors"]);
  });

  test("that come after a file was opened do not change what is sent", async () => {
    const { library, folder } = await folderWithLinks();
    const { handle } = await library.file("own");
    await rm(join(folder, "own.run.safetensors"));
    await symlink("/etc/passwd", join(folder, "own.run.safetensors"));
    expect(await handle.readFile()).toEqual(Buffer.from(bytesOf()));
    await handle.close();
    await expect(library.file("own")).rejects.toMatchObject({ code: "not-found" });
    await library.close();
  });
});

describe("a folder of runs that goes away", () => {
  test("is said, and works again when it is back", async () => {
    const { library, folder } = await opened();
    const id = await library.add(recorded());
    const deleted = await library.add(recorded());
    await library.remove(deleted);
    await rename(folder, `${folder}.away`);
    for (const work of [
      () => library.list(),
      () => library.summary(id),
      () => library.use(id, () => Promise.resolve()),
      () => library.file(id),
      () => library.rename(id, "n"),
      () => library.remove(id),
      () => library.restore(deleted),
      () => library.add(recorded()),
      () => library.import({ name: "x", body: body(bytesOf()) }),
      () => library.requireRoom(1),
    ]) {
      const error = await work().catch((thrown: unknown) => thrown as Error);
      expect(error).toMatchObject({ code: "unavailable" });
      expect((error as Error).message).toMatch(/^The folder of runs is gone: .*\.$/);
      expect((error as Error).message).not.toContain("/");
    }
    // Nothing was made in its place.
    await expect(readdir(folder)).rejects.toMatchObject({ code: "ENOENT" });
    await rename(`${folder}.away`, folder);
    await library.requireRoom(1);
    expect((await library.list()).map((run) => run.id)).toEqual([id]);
    expect((await library.restore(deleted)).id).toBe(deleted);
    expect((await library.rename(id, "n")).name).toBe("n");
    await library.close();
  });

  test("may be replaced by another one", async () => {
    const { library, folder } = await opened();
    const id = await library.add(recorded());
    await library.summary(id);
    await rm(folder, { recursive: true });
    await writeFile(folder, "a file");
    await expect(library.list()).rejects.toMatchObject({ code: "unavailable" });
    await expect(library.add(recorded())).rejects.toMatchObject({ code: "unavailable" });
    await rm(folder);
    await mkdir(folder);
    expect(await library.list()).toEqual([]);
    await expect(library.summary(id)).rejects.toMatchObject({ code: "not-found" });
    expect(await library.add(recorded({ name: "new" }))).toBe("r-0001");
    expect((await library.summary("r-0001")).name).toBe("new");
    await library.close();
  });

  test("has to have room", async () => {
    const { library } = await opened();
    const error = await library.requireRoom(2 ** 60).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: "unavailable" });
    expect((error as Error).message).toMatch(/^The run takes about .* TB, and the disk .* left; free some space\.$/);
    await library.close();
  });
});

describe("two programs in one folder", () => {
  test("do not write over what the other one changed", async () => {
    const { library, folder } = await opened();
    const other = await openRunLibrary(folder);
    const id = await library.add(recorded());
    await library.use(id, async () => {
      await other.rename(id, "theirs");
    });
    await expect(
      library.change(id, ({ description }) => {
        // The other one is faster.
        writeFileSync(join(folder, `${id}.run.safetensors`), bytesOf({ name: "faster" }));
        return { description: { ...description, name: "mine" } };
      }),
    ).rejects.toMatchObject({ code: "conflict" });
    expect((await library.summary(id)).name).toBe("faster");
    await library.change(id, ({ description }) => ({ description: { ...description, name: "mine" } }));
    expect((await other.summary(id)).name).toBe("mine");
    await Promise.all([library.close(), other.close()]);
    expect(await readdir(folder)).toEqual([`${id}.run.safetensors`]);
  });

  test("leave the half files of the other one alone, and remove those of one that was killed", async () => {
    const { library, folder } = await opened();
    const ended = spawnSync(process.execPath, ["--eval", ""]).pid;
    const [computer, , mark] = writerName.split("-") as [string, string, string];
    const left = halfFileName().replace(writerName, `${computer}-${ended}-${mark}`);
    const alive = halfFileName().replace(writerName, `${computer}-${process.ppid}-${mark}`);
    await mkdir(join(folder, ".trash", `${computer}-${ended}-${mark}.0badcafe`, "0"), { recursive: true });
    await mkdir(join(folder, ".trash", `${computer}-${process.ppid}-${mark}.0badcafe`, "0"), { recursive: true });
    for (const name of [left, alive]) await writeFile(join(folder, name), "half");
    const id = await library.add(recorded());
    expect((await library.list()).map((run) => run.id)).toEqual([id]);
    const other = await openRunLibrary(folder);
    expect((await readdir(folder)).sort()).toEqual([alive, ".trash", `${id}.run.safetensors`].sort());
    expect(await readdir(join(folder, ".trash"))).toEqual([`${computer}-${process.ppid}-${mark}.0badcafe`]);
    await Promise.all([library.close(), other.close()]);
  });
});

describe("rename", () => {
  test("keeps the name in the file, and every tensor as it was", async () => {
    const { library, folder } = await opened();
    const id = await library.add(recorded());
    expect((await library.rename(id, "  left or right ")).name).toBe("left or right");
    expect(await readFile(join(folder, `${id}.run.safetensors`))).toEqual(
      Buffer.from(bytesOf({ name: "left or right" })),
    );
    await expect(library.rename(id, "n".repeat(201))).rejects.toMatchObject({ code: "bad-request" });
    expect((await library.rename(id, "")).name).toBe("");
    expect(await readFile(join(folder, `${id}.run.safetensors`))).toEqual(Buffer.from(bytesOf()));
    await library.close();
  });
});

describe("remove", () => {
  test("can be undone until the library closes", async () => {
    const { library, folder } = await opened();
    const id = await library.add(recorded());
    await library.remove(id);
    expect(await library.list()).toEqual([]);
    await expect(library.summary(id)).rejects.toMatchObject({ code: "not-found" });
    expect((await library.restore(id)).id).toBe(id);
    expect((await library.list()).map((run) => run.id)).toEqual([id]);
    await expect(library.restore(id)).rejects.toMatchObject({ code: "not-found" });
    await library.remove(id);
    await writeFile(join(folder, `${id}.run.safetensors`), bytesOf());
    await expect(library.restore(id)).rejects.toMatchObject({ code: "conflict" });
    await library.close();
    expect(await readdir(folder)).toEqual([`${id}.run.safetensors`]);
  });

  test("brings back the run that was deleted last under an id, then the one before", async () => {
    const { library } = await opened();
    const file = (name: string) => ({ name: "arrow.run.safetensors", body: body(bytesOf({ name })) });
    for (const name of ["first", "second"]) {
      const { id } = await library.import(file(name));
      await library.remove(id);
    }
    expect((await library.restore("r-0001")).name).toBe("second");
    expect((await library.restore("arrow")).name).toBe("first");
    await library.close();
  });

  test("is said where it fails, and the run stays", async () => {
    const { library, folder } = await opened();
    const id = await library.add(recorded());
    await writeFile(join(folder, ".trash"), "in the way");
    await expect(library.remove(id)).rejects.toMatchObject({ code: "conflict" });
    expect((await library.list()).map((run) => run.id)).toEqual([id]);
    await library.close();
    expect((await readdir(folder)).sort()).toEqual([".trash", `${id}.run.safetensors`]);
  });
});

describe("import", () => {
  test("takes in a run under its name, once", async () => {
    const { library, folder } = await opened();
    const file = { name: "C:\\runs\\arrow.run.safetensors" };
    expect((await library.import({ ...file, body: body(bytesOf()) })).id).toBe("arrow");
    expect((await library.import({ ...file, body: body(bytesOf()) })).id).toBe("arrow");
    expect((await library.import({ ...file, body: body(bytesOf({ name: "b" })) })).id).toBe("r-0001");
    expect((await library.import({ name: "../../.x", body: body(bytesOf()) })).id).toBe("r-0002");
    expect((await readdir(folder)).sort()).toEqual(["arrow", "r-0001", "r-0002"].map((id) => `${id}.run.safetensors`));
    await library.close();
  });

  test("gives a number to what cannot be a file's name here or elsewhere", async () => {
    const { library } = await opened();
    const names = [
      "é".repeat(130),
      "矢".repeat(90),
      "CON",
      "nul",
      "COM1.run.safetensors",
      "lpt¹",
      "aux.x",
      "x".repeat(151),
    ];
    const ids: string[] = [];
    for (const [i, name] of names.entries()) {
      ids.push((await library.import({ name, body: body(bytesOf({ name: String(i) })) })).id);
    }
    expect(ids).toEqual(names.map((_, i) => `r-000${i + 1}`));
    expect((await library.import({ name: "é".repeat(119), body: body(bytesOf()) })).id).toBe("é".repeat(119));
    await library.close();
  });

  test("leaves nothing behind of what is no run, or breaks off", async () => {
    const { library, folder } = await opened();
    const damaged = library.import({ name: "bad.run.safetensors", body: body(bytesOf().subarray(0, 3000)) });
    await expect(damaged).rejects.toMatchObject({ code: "bad-request" });
    await expect(damaged).rejects.toThrow(/^bad\.run\.safetensors/);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bytesOf().subarray(0, 3000));
      throw new Error("the connection broke");
    }
    await expect(library.import({ name: "x.run.safetensors", body: broken() })).rejects.toThrow("the connection broke");
    expect(await readdir(folder)).toEqual([]);
    await library.close();
  });
});
