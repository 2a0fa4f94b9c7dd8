/** @file The saved runs in one folder: list, read, add, change, rename, delete and bring back. */
import { mkdir, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { runLimits } from "../../run/schema.ts";
import type { Run } from "../../run/types.ts";
import { quote } from "../../safetensors/quote.ts";
import type { RecordedRun } from "../explain.ts";
import { ProblemError } from "../problem.ts";
import { writeRun } from "../run-files.ts";
import type { RunSummary } from "../workbench-types.ts";
import { importRunFile } from "./import-run.ts";
import type { ImportedFile } from "./import-run.ts";
import { openRuns } from "./open-runs.ts";
import { rewriteRun } from "./rewrite-run.ts";
import type { RunChange } from "./rewrite-run.ts";
import { idsIn, noSuchRun, reserveId, reserveNextId, runFileName, runPath } from "./run-ids.ts";
import { summaries } from "./summaries.ts";
import { openTrash } from "./trash.ts";
import { removeUnfinished } from "./unfinished.ts";

export interface RunLibrary {
  /** Newest first. Files that are no runs are left out. */
  list(): Promise<RunSummary[]>;
  /** Throws `not-found`, as all that take an id, and `bad-request` where the file is no run. */
  summary(id: string): Promise<RunSummary>;
  /** Works with an opened run; `version` is another one once the run was changed. */
  use<T>(id: string, work: (run: Run, version: string) => Promise<T>): Promise<T>;
  file(id: string): Promise<{ readonly path: string; readonly size: number; readonly name: string }>;
  /** Writes a new run under the next number, whole or not at all; returns its id. */
  add(run: RecordedRun): Promise<string>;
  /** Writes a run anew; changes of one run wait for each other. */
  change(id: string, change: (run: Run) => RunChange): Promise<void>;
  import(file: ImportedFile): Promise<RunSummary>;
  /** The name is kept in the file, so that it goes along with it. */
  rename(id: string, name: string): Promise<RunSummary>;
  remove(id: string): Promise<void>;
  /** Undoes `remove`. Throws `not-found` where it cannot be undone, `conflict` where another run has its place. */
  restore(id: string): Promise<RunSummary>;
  close(): Promise<void>;
}

async function usableFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    return resolve(path);
  } catch (cause) {
    throw new Error(`${path}: the folder of runs cannot be made; choose another one.`, { cause });
  }
}

/** Headers that are read at the same time. */
const readAtOnce = 8;

/** Opens a folder of runs, which is made where it does not exist. */
export async function openRunLibrary(path: string): Promise<RunLibrary> {
  const folder = await usableFolder(path);
  await removeUnfinished(folder);
  const trash = await openTrash(folder);
  const opened = openRuns();
  const known = summaries();
  const changing = new Map<string, Promise<void>>();

  async function existingPath(id: string): Promise<string> {
    const at = runPath(folder, id);
    const status = await stat(at).catch(() => undefined);
    if (status === undefined || !status.isFile() || status.size === 0) throw noSuchRun(id);
    return at;
  }
  async function use<T>(id: string, work: (run: Run, version: string) => Promise<T>): Promise<T> {
    const at = await existingPath(id);
    return opened.use(at, work);
  }
  async function summary(id: string): Promise<RunSummary> {
    const at = await existingPath(id);
    const found = await known.of(id, at);
    if (found !== undefined) return found;
    // Opening says what is wrong with the file.
    await use(id, () => Promise.resolve());
    throw noSuchRun(id);
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
  const change: RunLibrary["change"] = (id, changeOf) =>
    exclusively(id, () => use(id, (run) => rewriteRun(run, runPath(folder, id), changeOf(run))));

  return {
    async list() {
      const ids = await idsIn(folder);
      known.keep(ids);
      const found: RunSummary[] = [];
      for (let start = 0; start < ids.length; start += readAtOnce) {
        const group = ids.slice(start, start + readAtOnce);
        const some = await Promise.all(group.map((id) => known.of(id, runPath(folder, id))));
        found.push(...some.filter((one) => one !== undefined));
      }
      return found.sort((a, b) => Date.parse(b.created) - Date.parse(a.created) || (a.id < b.id ? 1 : -1));
    },
    summary,
    use,
    async file(id) {
      const at = await existingPath(id);
      return { path: at, size: (await stat(at)).size, name: runFileName(id) };
    },
    async add(run) {
      const id = await reserveNextId(folder, trash.ids());
      const at = runPath(folder, id);
      try {
        await writeRun(at, run);
      } catch (error) {
        await rm(at, { force: true });
        throw error;
      }
      return id;
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
      exclusively(id, async () => {
        const at = await existingPath(id);
        await opened.release(at);
        await trash.put(id, at);
      }),
    async restore(id) {
      if (!trash.ids().includes(id)) throw noSuchRun(id);
      if (!(await reserveId(folder, id))) {
        throw new ProblemError(
          "conflict",
          `Another run has the place of ${quote(id)} by now; move ${runFileName(id)} elsewhere first.`,
        );
      }
      await trash.takeBack(id, runPath(folder, id));
      return summary(id);
    },
    async close() {
      await Promise.all(changing.values());
      await opened.close();
      await trash.empty();
    },
  };
}
