/** @file What the list says of each run, read from the header of its file once and remembered while the file stays the same. */
import { lstat } from "node:fs/promises";
import { sourceOf } from "../../files/regular-file.ts";
import { openRegularFile } from "../../files/open-file.ts";
import { readRunDescription } from "../../run/open.ts";
import { summarize, type RunSummary } from "../../findings/run-document.ts";
import { fileVersion, type RunPlace } from "./open-runs.ts";

export interface Summaries {
  /** Undefined if there is no run of this form at the place; links are not followed. */
  of(id: string, place: RunPlace): Promise<RunSummary | undefined>;
  /** Forgets all but these. */
  keep(ids: Iterable<string>): void;
}

export function summaries(): Summaries {
  const known = new Map<string, { readonly version: string; readonly summary: RunSummary | undefined }>();

  /** The summary of the file that is opened, and which state of the file it is of. */
  async function read(id: string, { path, file }: RunPlace) {
    const opened = await openRegularFile(path, { follow: false });
    const source = sourceOf(opened, file);
    try {
      const version = fileVersion(opened.status);
      // A damaged file must not break the list; opening it says what is wrong.
      const description = await readRunDescription(source, { file }).catch(() => undefined);
      return { version, summary: description && summarize(id, description, opened.status.size) };
    } finally {
      await source.close();
    }
  }
  return {
    async of(id, place) {
      const status = await lstat(place.path).catch(() => undefined);
      // An id may be held by an empty file until its run is written.
      if (status?.isFile() !== true || status.size === 0) return undefined;
      const found = known.get(id);
      if (found?.version === fileVersion(status)) return found.summary;
      const fresh = await read(id, place).catch(() => undefined);
      if (fresh === undefined) return undefined;
      known.set(id, fresh);
      return fresh.summary;
    },
    keep(ids) {
      const wanted = new Set(ids);
      for (const id of known.keys()) if (!wanted.has(id)) known.delete(id);
    },
  };
}
