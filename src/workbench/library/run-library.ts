/** @file The saved runs in one folder: list, read, add, change, rename, delete and bring back. */
import { lstat, rename } from "node:fs/promises";
import { resolve } from "node:path";
import { FileError, fileErrorCode, withFileErrors, type FileWork } from "../../files/file-error.ts";
import { NoRegularFileError, openRegularFile, type OpenedFile } from "../../files/open-file.ts";
import { removeQuietly, writeHalfFile } from "../../files/write-file.ts";
import { runLimits } from "../../run/schema.ts";
import type { Run } from "../../run/types.ts";
import { quote } from "../../json/quote.ts";
import type { RecordedRun } from "../../explain/explain.ts";
import { ProblemError } from "../../problem/problem.ts";
import { runChunks } from "../run-files.ts";
import type { RunSummary } from "../../findings/run-document.ts";
import { importRunFile, type ImportedFile } from "./import-run.ts";
import { fileVersion, openRuns, type RunPlace } from "./open-runs.ts";
import { changedRun, type RunChange } from "../../run/rewrite-run.ts";
import { inRunFolder, requireRoomForRun, requireRunFolder } from "./run-folder.ts";
import { idsIn, moveToNextId, noSuchRun, runPath } from "./run-ids.ts";
import { runFileName } from "../../run/run-id.ts";
import { summaries } from "./summaries.ts";
import { openTrash } from "./trash.ts";
import { removeUnfinished } from "./unfinished.ts";
import { makeFolder } from "../../files/make-folder.ts";

/** A file to hand out, opened and looked at. */
export interface NamedFile extends OpenedFile {
  readonly name: string;
}

export interface RunLibrary {
  /** Newest first. Files that are not runs are left out. */
  list(): Promise<RunSummary[]>;
  /** Throws `not-found`, as all that take an id, and `bad-request` if the file is not a run. */
  summary(id: string): Promise<RunSummary>;
  /** Works with an opened run; `version` is another one once the run was changed. */
  use<T>(id: string, work: (run: Run, version: string) => Promise<T>): Promise<T>;
  /** The opened file, which the caller closes. */
  file(id: string): Promise<NamedFile>;
  /** Throws `unavailable` if a new run of about this many bytes could not be written. */
  requireRoom(bytes: number): Promise<void>;
  /** Writes a new run under the next number, whole or not at all; returns its id. */
  add(run: RecordedRun): Promise<string>;
  /** Rewrites a run; changes of one run wait for each other. */
  change(id: string, change: (run: Run) => RunChange): Promise<void>;
  import(file: ImportedFile): Promise<RunSummary>;
  /** The name is kept in the file, so that it goes along with it. */
  rename(id: string, name: string): Promise<RunSummary>;
  remove(id: string): Promise<void>;
  /** Undoes `remove`. Throws `not-found` if it cannot be undone, `conflict` if another run has its place. */
  restore(id: string): Promise<RunSummary>;
  close(): Promise<void>;
}

/** Makes the folder if it is not there. Throws an Error if it cannot be used. */
async function usableFolder(path: string): Promise<string> {
  await withFileErrors(`The folder of runs ${path}`, "made", () => makeFolder(path));
  return resolve(path);
}

/** Headers that are read at the same time. */
const readAtOnce = 8;

/** Opens a folder of runs, which is made if it does not exist. */
export async function openRunLibrary(path: string): Promise<RunLibrary> {
  const folder = await usableFolder(path);
  await withFileErrors(`The folder of runs ${path}`, "read", () => removeUnfinished(folder));
  const trash = await openTrash(folder);
  const opened = openRuns();
  const known = summaries();
  const changing = new Map<string, Promise<void>>();

  function placeOf(id: string): RunPlace {
    return { path: runPath(folder, id), file: runFileName(id) };
  }
  /** Does something with the file of a run. A file that is missing, empty or a link is no run. */
  async function withFile<T>(id: string, work: FileWork, act: (place: RunPlace) => Promise<T>): Promise<T> {
    const place = placeOf(id);
    return inRunFolder(folder, { name: `The run ${quote(id)}`, work }, async () => {
      try {
        const status = await lstat(place.path);
        if (!status.isFile() || status.size === 0) throw noSuchRun(id);
        return await act(place);
      } catch (error) {
        if (error instanceof NoRegularFileError) throw noSuchRun(id);
        const isGone =
          fileErrorCode(error) === "ENOENT" && (await lstat(place.path).catch(() => undefined)) === undefined;
        if (!isGone || error instanceof FileError) throw error;
        await requireRunFolder(folder);
        throw noSuchRun(id);
      }
    });
  }
  const use: RunLibrary["use"] = async (id, work) => {
    const held = await withFile(id, "read", (place) => opened.hold(place));
    try {
      return await work(held.run, held.version);
    } finally {
      await held.release();
    }
  };
  async function summary(id: string): Promise<RunSummary> {
    return withFile(id, "read", async (place) => {
      const found = await known.of(id, place);
      if (found !== undefined) return found;
      // Opening says what is wrong with the file.
      await (await opened.hold(place)).release();
      throw noSuchRun(id);
    });
  }
  /** One after the other, for each run. */
  async function exclusively<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = changing.get(id) ?? Promise.resolve();
    const result = before.then(work);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    changing.set(id, settled);
    try {
      return await result;
    } finally {
      if (changing.get(id) === settled) changing.delete(id);
    }
  }
  /** Puts a changed run in the place of the state that it was made of, in one step. */
  async function replaceRun(
    { path }: RunPlace,
    { id, version, chunks }: { id: string; version: string; chunks: AsyncIterable<Uint8Array> },
  ): Promise<void> {
    const half = await writeHalfFile(folder, chunks);
    try {
      if (fileVersion(await lstat(path)) !== version) {
        throw new ProblemError("conflict", `Another program changed the run ${quote(id)} meanwhile; try again.`);
      }
      await rename(half, path);
    } catch (error) {
      await removeQuietly(half);
      throw error;
    }
  }
  const change: RunLibrary["change"] = (id, changeOf) =>
    exclusively(id, () =>
      use(id, async (run, version) => {
        const chunks = await changedRun(run, changeOf(run));
        await withFile(id, "written", (place) => replaceRun(place, { id, version, chunks }));
      }),
    );

  return {
    async list() {
      const ids = await idsIn(folder);
      known.keep(ids);
      const found: RunSummary[] = [];
      for (let start = 0; start < ids.length; start += readAtOnce) {
        const group = ids.slice(start, start + readAtOnce);
        const some = await Promise.all(group.map((id) => known.of(id, placeOf(id))));
        found.push(...some.filter((one) => one !== undefined));
      }
      return found.sort((a, b) => Date.parse(b.created) - Date.parse(a.created) || (a.id < b.id ? 1 : -1));
    },
    summary,
    use,
    file: (id) =>
      withFile(id, "read", async ({ path, file }) => ({
        ...(await openRegularFile(path, { follow: false })),
        name: file,
      })),
    requireRoom: (bytes) => requireRoomForRun(folder, bytes),
    async add(run) {
      const chunks = runChunks(run);
      return inRunFolder(folder, { name: "The new run", work: "written" }, async () => {
        const half = await writeHalfFile(folder, chunks);
        try {
          return await moveToNextId(folder, half, trash.ids());
        } catch (error) {
          await removeQuietly(half);
          throw error;
        }
      });
    },
    change,
    async import(file) {
      return summary(await importRunFile(folder, file, trash.ids()));
    },
    async rename(id, name) {
      const called = name.trim();
      if (called.length > runLimits.runNameLength) {
        throw new ProblemError(
          "bad-request",
          `The name has ${called.length} characters, and a run's may have at most ${runLimits.runNameLength}; shorten it.`,
        );
      }
      await change(id, ({ description }) => ({
        description: { ...description, name: called === "" ? undefined : called },
      }));
      return summary(id);
    },
    remove: (id) =>
      exclusively(id, () =>
        withFile(id, "deleted", async ({ path }) => {
          await opened.release(path);
          await trash.put(id, path);
        }),
      ),
    async restore(id) {
      if (!trash.ids().includes(id)) throw noSuchRun(id);
      const { path } = placeOf(id);
      const isBack = await inRunFolder(folder, { name: `The run ${quote(id)}`, work: "moved" }, () =>
        trash.takeBack(id, path),
      );
      if (!isBack) {
        throw new ProblemError(
          "conflict",
          `Another run has the place of ${quote(id)} by now; move ${runFileName(id)} elsewhere first.`,
        );
      }
      return summary(id);
    },
    async close() {
      await Promise.all(changing.values());
      await opened.close();
      await trash.empty();
    },
  };
}
