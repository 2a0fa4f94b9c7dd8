/** @file Runs without a server: that of a report, and run files from the user's computer. */
import { recordedGraph } from "../../src/findings/causes/recorded-graph.ts";
import { importanceOfHeads } from "../../src/findings/causes/head-importance.ts";
import { runDocument, sinksOf, summarize, type RunDocument } from "../../src/findings/run-document.ts";
import { attentionBlock, NotRecordedError } from "../../src/run/attention-block.ts";
import { openRun } from "../../src/run/open.ts";
import { editedPicture, originalPicture } from "../../src/run/pictures.ts";
import { idOfFileName } from "../../src/run/run-id.ts";
import type { Run } from "../../src/run/types.ts";
import { blobSource } from "../../src/safetensors/read.ts";
import { ApiError, type DataSource, type NumberTensor } from "./data-source.ts";

/** A run that was opened, and addresses of what a browser shows or saves of it. */
interface OpenedRun {
  readonly run: Run;
  readonly document: RunDocument;
  readonly file: string;
  readonly pictures: readonly { readonly original: string; readonly edited?: string }[];
}

const noServer =
  "This page is a file without a model: it shows what a run holds, and can neither ask nor compute anything.";

function addressOf(bytes: Uint8Array, type: string): string {
  return URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
}

async function pictureAddresses(run: Run, image: number): Promise<OpenedRun["pictures"][number]> {
  const original = await originalPicture(run, image);
  const edited = await editedPicture(run, image);
  return {
    original: addressOf(original.bytes, original.mediaType),
    ...(edited && { edited: addressOf(edited.bytes, edited.mediaType) }),
  };
}

/** A source without runs at first; `importRun` opens one. `licenses` is the address of the notices of the packages in the page. */
export function createFileSource(licenses: string): DataSource {
  const opened = new Map<string, OpenedRun>();

  function runOf(id: string): OpenedRun {
    const found = opened.get(id);
    if (found === undefined) throw new ApiError("not-found", `The run ${id} is not open; open its file again.`, 404);
    return found;
  }
  async function read<T>(id: string, work: (run: Run) => Promise<T>): Promise<T> {
    try {
      return await work(runOf(id).run);
    } catch (error) {
      if (error instanceof NotRecordedError) throw new ApiError("not-recorded", error.message, 404);
      throw error;
    }
  }
  function freeId(name: string): string {
    const own = idOfFileName(name) ?? "run";
    let id = own;
    for (let count = 2; opened.has(id); count++) id = `${own} (${count})`;
    return id;
  }
  const refuse = (): Promise<never> => Promise.reject(new ApiError("no-server", noServer, 0));
  const noAddress = (): string => "";
  const pictureOf = (id: string, picture: number, form: "original" | "edited" | "asked"): string => {
    const { original, edited } = runOf(id).pictures[picture]!;
    return (form === "original" ? undefined : edited) ?? original;
  };

  return {
    hasServer: false,
    runs: () => Promise.resolve([...opened.values()].map(({ document }) => document.summary).reverse()),
    openRun: (id) => Promise.resolve().then(() => runOf(id).document),
    async importRun(file, name) {
      const run = await openRun(blobSource(file), { file: name });
      const id = freeId(name);
      const summary = summarize(id, run.description, file.size);
      const document = runDocument(run, { summary, sinks: await sinksOf(run) });
      const pictures = await Promise.all(run.description.images.map((_, image) => pictureAddresses(run, image)));
      opened.set(id, { run, document, file: URL.createObjectURL(file), pictures });
      return summary;
    },
    tensor: (id, name, range) =>
      read(
        id,
        async (run) => (await (range === undefined ? run.tensor(name) : run.slice(name, range))) as NumberTensor,
      ),
    attention: (id, query) => read(id, (run) => attentionBlock(run, query)),
    causes: (id, query) =>
      read(id, async (run) => {
        const found = await recordedGraph(run, query);
        if (found !== undefined) return found;
        const graph = `causal graph of layer ${query.layer}, head ${query.head} for this token at these settings`;
        throw new ApiError("no-server", `The run holds no ${graph}; record the method causal to see it here.`, 404);
      }),
    headImportance: (id, query) => read(id, (run) => importanceOfHeads(run, query)),
    stability: refuse,
    status: refuse,
    models: refuse,
    loadModel: refuse,
    checkModel: refuse,
    examples: refuse,
    storePicture: refuse,
    modelInput: refuse,
    ask: refuse,
    compute: refuse,
    forecast: refuse,
    jobs: refuse,
    cancelJob: refuse,
    keepPartial: refuse,
    renameRun: refuse,
    deleteRun: refuse,
    restoreRun: refuse,
    urls: {
      runPicture: pictureOf,
      shown: (picture) => picture,
      runFile: (id) => runOf(id).file,
      licenses,
      examplePicture: noAddress,
      picture: noAddress,
      modelInputPicture: noAddress,
      stretched: noAddress,
      jobEvents: noAddress,
      exported: noAddress,
    },
  };
}
