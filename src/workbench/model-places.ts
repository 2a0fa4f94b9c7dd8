/** @file Which models the page may name: those that come with the program, those of the Hugging Face cache, and checkpoints in the opened folders. */
import { readdir, realpath } from "node:fs/promises";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { findInCache, isFolder, listCached, isComplete } from "../checkpoint-folder/cache-layout.ts";
import { isHubId } from "../checkpoint-folder/hub-id.ts";
import { locateCheckpoint } from "../checkpoint-folder/locate.ts";
import { quote } from "../json/quote.ts";
import { bundledModel, bundledModels, type BundledModel } from "../program/demo.ts";
import { ProblemError } from "../problem/problem.ts";

export interface ModelPlace {
  /** What requests name it by. */
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  /** What it is, in words, if it comes with the program. */
  readonly about?: string;
}

export interface ModelPlacesOptions {
  /** Folders whose checkpoints may be opened. */
  readonly folders: readonly string[];
  readonly hubCacheFolder: string;
}

export interface ModelPlaces {
  /** Absolute paths of the opened folders. */
  readonly folders: readonly string[];
  /** Every model that is there, the demo first. */
  list(): Promise<ModelPlace[]>;
  /**
   * The place of one model; undefined for a hub id that is not in the cache. Throws `bad-request` for a path outside of the opened
   * folders or one without a checkpoint, and for what is neither a path nor an id.
   */
  find(id: string): Promise<ModelPlace | undefined>;
}

function placeOf(model: BundledModel): ModelPlace {
  return { id: model.name, ...model };
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way.split(/[\\/]/)[0] !== ".." && !isAbsolute(way));
}

export function modelPlaces({ folders: opened, hubCacheFolder }: ModelPlacesOptions): ModelPlaces {
  const folders = opened.map((folder) => resolve(folder));

  /** Links are resolved on both sides, so that none leads out of a folder. */
  async function isOpened(path: string): Promise<boolean> {
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined) return false;
    const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
    return roots.some((root) => root !== undefined && isWithin(root, real));
  }

  /** Checkpoints in a folder: the folder itself, or those right below it. */
  async function checkpointsIn(folder: string): Promise<string[]> {
    if (await isComplete(folder)) return [folder];
    const names = await readdir(folder).catch(() => []);
    const found: string[] = [];
    for (const name of names.sort()) {
      const path = join(folder, name);
      if ((await isFolder(path)) && (await isComplete(path)) && (await isOpened(path))) found.push(path);
    }
    return found;
  }

  return {
    folders,
    async list() {
      const cached = (await listCached(hubCacheFolder)).filter(({ complete }) => complete);
      const paths = (await Promise.all(folders.map(checkpointsIn))).flat();
      return [
        ...bundledModels.map(placeOf),
        ...cached.map(({ id, folder }) => ({ id, name: id, folder })),
        ...[...new Set(paths)].map((path) => ({ id: path, name: basename(path), folder: path })),
      ];
    },
    async find(id) {
      const bundled = bundledModel(id);
      if (bundled !== undefined) return placeOf(bundled);
      if (isAbsolute(id)) {
        if (!(await isOpened(id))) {
          throw new ProblemError(
            "bad-request",
            `${quote(id)} is not a folder within those that were opened to the page (${folders.join(", ") || "none"}); start the server with its folder, or give a hub id.`,
          );
        }
        const path = resolve(id);
        const { folder, name } = await locateCheckpoint(path);
        if (await isOpened(folder)) return { id: path, name, folder };
      }
      // A relative path could look like an id, so an id is only ever looked for in the cache.
      if (!isHubId(id)) {
        throw new ProblemError(
          "bad-request",
          `${quote(id)} is neither the id of a model on the hub nor the path of a folder that was opened to the page; give one of them.`,
        );
      }
      const folder = await findInCache({ id, cacheFolder: hubCacheFolder });
      return folder === undefined ? undefined : { id, name: id, folder: resolve(folder) };
    },
  };
}
