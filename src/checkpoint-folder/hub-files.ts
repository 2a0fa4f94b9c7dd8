/** @file Lists a model's files on the hub and chooses those that a checkpoint needs. */
import { listFiles, modelInfo } from "@huggingface/hub";
import { z } from "zod";
import { quote } from "../json/quote.ts";
import { maxJsonBytes } from "../json/parse-json.ts";
import { otherWeights } from "../checkpoint/instead.ts";
import { isCommit } from "./hub-id.ts";

/** Repositories of models hold some hundred files; one with more is something else. */
const maxListedFiles = 10_000;
/** The hub lists 1,000 files a page. */
const maxPages = 100;

const maxTemplateBytes = 4 * 1024 * 1024;

/** Name of the file that says which weight lies in which shard. */
export const shardIndexName = "model.safetensors.index.json";

const singleWeightFile = "model.safetensors";
const configurationPattern = /^(?:\w[\w.-]*\.(?:json|jinja)|additional_chat_templates\/\w[\w.-]*\.jinja)$/;
const otherFormatPattern = /\.(?:bin|pt|pth|h5|msgpack|onnx)\.index\.json$/;

/** What the hub's functions need to be called with. */
export interface HubAccess {
  readonly id: string;
  readonly fetch: typeof fetch;
  readonly hubUrl?: string;
  readonly accessToken?: string;
}

/** A file of the model at one commit. */
export interface HubFile {
  /** Path inside the repository, with "/". */
  readonly path: string;
  readonly size: number;
  /** What the bytes must hash to: large files by their sha256, others as git hashes a blob (sha1). */
  readonly digest: { readonly kind: "sha256" | "git"; readonly hex: string };
}

const size = z.int().min(0);
const entrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size,
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size }).optional(),
});

/** The commit that `revision` stands for now. */
export async function readCommit(access: HubAccess, revision: string): Promise<string> {
  const { id, ...rest } = access;
  const { sha } = await modelInfo({ name: id, revision, additionalFields: ["sha"], ...rest });
  if (!isCommit(sha)) throw new Error(`The hub gives no commit for ${quote(id)} at ${quote(revision)}.`);
  return sha;
}

/** Asks for the pages of one list, each once, and all at one server, since the token goes with them. */
function fetchPages({ id, fetch: send }: HubAccess): typeof fetch {
  const asked = new Set<string>();
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const [first = url.href] = asked;
    if (new URL(first).origin !== url.origin) {
      throw new Error(`The list of the files of ${quote(id)} goes on at another server, ${quote(url.origin)}.`);
    }
    if (asked.has(url.href) || asked.size >= maxPages) {
      const fault = asked.has(url.href) ? "goes round in a circle" : `has more than ${maxPages} pages`;
      throw new Error(`The list of the files of ${quote(id)} ${fault}; the hub may be at fault, so try again later.`);
    }
    asked.add(url.href);
    return send(input, init);
  };
}

/** Every file of the repository at `commit`, by its path. Throws an Error if the answer is not as documented. */
export async function listHubFiles(access: HubAccess, commit: string): Promise<Map<string, HubFile>> {
  const { id, ...rest } = access;
  const files = new Map<string, HubFile>();
  const pages = { ...rest, fetch: fetchPages(access) };
  for await (const listed of listFiles({ repo: id, revision: commit, recursive: true, ...pages })) {
    if (listed.type !== "file") continue;
    const entry = entrySchema.safeParse(listed);
    if (!entry.success) throw new Error(`The hub lists ${quote(listed.path)} of ${quote(id)} without size or hash.`);
    const { path, oid, lfs } = entry.data;
    files.set(path, {
      path,
      size: lfs?.size ?? entry.data.size,
      digest: lfs === undefined ? { kind: "git", hex: oid } : { kind: "sha256", hex: lfs.oid },
    });
    if (files.size > maxListedFiles) {
      throw new Error(`${quote(id)} has more than ${maxListedFiles} files; that is no checkpoint.`);
    }
  }
  return files;
}

/**
 * The configuration files to download: JSON and Jinja files at the top, and named templates. Throws an Error if there is no config.json, if
 * the weights exist only in formats that are not read, or if a file is larger than can be read afterwards.
 */
export function chooseConfiguration(files: ReadonlyMap<string, HubFile>, id: string): HubFile[] {
  if (!files.has("config.json")) {
    throw new Error(`${quote(id)} has no config.json, so it is not a checkpoint in the Hugging Face layout.`);
  }
  if (!files.has(singleWeightFile) && !files.has(shardIndexName)) {
    const other = otherWeights(files.keys(), id);
    throw new Error(
      other === undefined
        ? `${quote(id)} has neither ${singleWeightFile} nor ${shardIndexName}, so there are no weights to download.`
        : `${quote(id)} has its weights ${other}.`,
    );
  }
  const chosen = [...files.values()].filter(
    ({ path }) => configurationPattern.test(path) && !otherFormatPattern.test(path),
  );
  for (const file of chosen) {
    const limit = file.path.endsWith(".jinja") ? maxTemplateBytes : maxJsonBytes;
    if (file.size > limit) {
      throw new Error(`${quote(file.path)} of ${quote(id)} has ${file.size} bytes, more than the limit of ${limit}.`);
    }
  }
  return chosen;
}

/**
 * The weight files: `model.safetensors`, else the shards that the index names (`readShards` is only called then). Throws an
 * Error if the repository lacks a shard.
 */
export async function chooseWeights(
  files: ReadonlyMap<string, HubFile>,
  id: string,
  readShards: () => Promise<Iterable<string>>,
): Promise<HubFile[]> {
  const single = files.get(singleWeightFile);
  if (single !== undefined) return [single];
  return [...(await readShards())].map((path) => {
    const file = files.get(path);
    if (file === undefined) throw new Error(`${quote(id)} has no file ${quote(path)}, but its index names it.`);
    if (!path.endsWith(".safetensors")) {
      throw new Error(`The index of ${quote(id)} names ${quote(path)}, which is not a safetensors file.`);
    }
    return file;
  });
}
