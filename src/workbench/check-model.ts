/** @file Checks the model that a user names: a folder, a hub id in the cache, or one on the hub, of which only small parts are fetched. */
import { checkFiles, type CheckRequest } from "../check/check.ts";
import type { PictureSize } from "../check/prompt.ts";
import type { CheckReport } from "../check/report-schema.ts";
import { defaultCacheFolder, findInCache, isFolder } from "../checkpoint-folder/cache-layout.ts";
import { isHubId } from "../checkpoint-folder/hub-id.ts";
import { openHubFolder } from "../checkpoint-folder/hub-folder.ts";
import { requireNoFile } from "../checkpoint-folder/locate.ts";
import { nodeEncoding } from "../checkpoint-folder/outside-encoder.ts";
import { diskFolder } from "../files/disk-folder.ts";
import type { FitMode } from "../image/types.ts";
import { machineSpeed } from "../local-model/machine-speed.ts";
import { nodeHost } from "../local-model/node-host.ts";
import { availableMemoryBytes } from "../program/memory.ts";
import { bundledModel } from "../program/demo.ts";
import { hubAccess, type HubEnvironment } from "./models.ts";
import { locateNamedCheckpoint } from "./open-checkpoint.ts";

/** The question of a check that names none, and the size of the picture that stands in for one. */
const standIns = {
  question: "What is shown in this image?",
  size: { width: 1024, height: 768 },
  answerTokens: 64,
} as const;

export interface CheckOptions extends HubEnvironment {
  /** @default "What is shown in this image?" */
  readonly question?: string;
  /** Picture files by path, or sizes in pixels. @default one of 1024 x 768 pixels */
  readonly pictures?: readonly (string | { readonly width: number; readonly height: number })[];
  /** @default "default", which is what the processor says */
  readonly fit?: FitMode;
  /** Tokens of the answer whose cost is forecast. @default 64 */
  readonly answerTokens?: number;
  /** Whether the speed of this machine is measured for forecasts of time, which takes about a second. @default true */
  readonly time?: boolean;
  readonly signal?: AbortSignal;
}

async function sizeOfPicture(
  picture: NonNullable<CheckOptions["pictures"]>[number],
  signal: AbortSignal | undefined,
): Promise<PictureSize> {
  if (typeof picture !== "string") return { name: null, ...picture };
  const { pictures } = nodeHost;
  const bytes = await pictures.readFile(picture);
  const { width, height } = await pictures.read(bytes, { name: picture, task: { kind: "facts" }, signal });
  return { name: picture, width, height };
}

/**
 * What a checkpoint is, whether it can be run, and what a question costs. `pathOrId` is a folder, "demo", "demo-twin", or a hub id: if the cache does
 * not have it, text files and headers of the weights are read from the hub and kept nowhere. What is wrong with the files is in the report.
 * Throws an Error if there is no such folder or model, the hub cannot be reached, or a picture cannot be read.
 */
export async function checkModel(pathOrId: string, options: CheckOptions = {}): Promise<CheckReport> {
  const { question = standIns.question, pictures = [standIns.size], fit = "default", signal } = options;
  const sizes: PictureSize[] = [];
  for (const picture of pictures) sizes.push(await sizeOfPicture(picture, signal));
  const request: CheckRequest = {
    ...{ question, pictures: sizes, fit, signal },
    answerTokens: options.answerTokens ?? standIns.answerTokens,
    speed: options.time === false ? null : await machineSpeed(),
    availableBytes: availableMemoryBytes(),
  };
  const { cacheFolder = defaultCacheFolder() } = options;
  if (!(await isLocal(pathOrId, cacheFolder))) {
    const folder = await openHubFolder({ id: pathOrId, signal, ...hubAccess(options) });
    const found = await checkFiles(folder, request, nodeEncoding);
    const { commit } = folder;
    return {
      ...{ model: pathOrId, source: { kind: "hub", place: pathOrId, commit, receivedBytes: folder.receivedBytes() } },
      ...found,
    };
  }
  const { folder } = await locateNamedCheckpoint(pathOrId, { cacheFolder });
  const found = await checkFiles(diskFolder(folder), request, nodeEncoding);
  return { model: pathOrId, source: { kind: "folder", place: folder, commit: null, receivedBytes: null }, ...found };
}

/** Whether the model is a folder or whole in the cache; what is no hub id either is left to the error of a missing folder. */
async function isLocal(pathOrId: string, cacheFolder: string): Promise<boolean> {
  if (bundledModel(pathOrId) !== undefined || (await isFolder(pathOrId)) || !isHubId(pathOrId)) return true;
  await requireNoFile(pathOrId);
  return (await findInCache({ id: pathOrId, cacheFolder })) !== undefined;
}
