/** @file Reads opened runs for the page: the document, tensors, blocks of attention, shares, pictures and exports. */
import { attentionBlock, NotRecordedError, type AttentionBlock } from "../run/attention-block.ts";
import { groupsOfPositions } from "../run/attention-groups.ts";
import { attentionShares } from "../run/attention-shares.ts";
import type {
  CausalGraphFinding,
  CausalQuery,
  CausalStability,
  HeadImportance,
  StabilityRequest,
} from "../run/causes.ts";
import { askedPicture, editedPicture, originalPicture } from "../run/pictures.ts";
import { keyCount } from "../run/positions.ts";
import type { Run, SliceRange } from "../run/types.ts";
import { quote } from "../json/quote.ts";
import type { FloatTensor, Tensor } from "../tensor/tensor.ts";
import type { GraphLearner } from "../findings/causes/graph-learner.ts";
import { importanceOfHeads } from "../findings/causes/head-importance.ts";
import { runGraphs } from "../findings/causes/run-graphs.ts";
import { causalStability } from "../findings/causes/stability.ts";
import { exportMainFile } from "../export/export.ts";
import type { ExportFormat } from "../export/formats.ts";
import type { SelectionRequest } from "../export/selection.ts";
import type { RunLibrary } from "./library/run-library.ts";
import { ProblemError } from "../problem/problem.ts";
import { resultCache } from "./result-cache.ts";
import type { ShownOption, ShownPictures } from "./shown-picture.ts";
import { runDocument, sinksOf, type RunDocument, type SinkSummary } from "../findings/run-document.ts";
import type { NamedBytes } from "./named-bytes.ts";

/** Numbers that one answer may hold: 256 MB. */
const maxNumbers = 64_000_000;
/** Numbers of averages that are kept, so that what was shown once comes at once: 32 MB. */
const keptNumbers = 8_000_000;

/** Graphs that are kept, so that what was asked once comes at once. */
const keptFindings = 500;

const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  png: "image/png",
  svg: "image/svg+xml",
  pdf: "application/pdf",
  csv: "text/csv; charset=utf-8",
  json: "application/json",
  html: "text/html; charset=utf-8",
};

/** One figure or table of a run as one file. */
interface RunExportRequest {
  readonly format: ExportFormat;
  readonly selection: SelectionRequest;
}

type RunPictureForm = "original" | "edited" | "asked";

/** What can be read of a run, by its id. */
export interface RunReader {
  /** The document without the model that can ask again. */
  document(id: string): Promise<Omit<RunDocument, "model">>;
  /** A tensor, or a part of it. Throws `not-recorded` for a name that the run does not have. */
  tensor(id: string, name: string, slice?: SliceRange): Promise<Tensor>;
  /** Throws `not-recorded` if a row is missing. */
  attention(id: string, request: AttentionBlock): Promise<FloatTensor>;
  /**
   * Shares of attention by group of positions (`attentionGroups` of src/run, in this order) in the row that predicts each answer token,
   * f32 [answer tokens, layers, heads, groups]; each row sums to 1.
   */
  shares(id: string): Promise<FloatTensor>;
  /**
   * The causal graph of one head for one answer token. Throws `not-recorded` if the layer's attention was not kept whole, which a
   * full recording does.
   */
  causes(id: string, query: CausalQuery): Promise<CausalGraphFinding>;
  /** Throws `not-recorded` if the row that predicts the token is missing. */
  headImportance(id: string, query: { readonly token: number; readonly layer: number }): Promise<HeadImportance>;
  /** How often edges and explaining tokens come back. Layers whose attention was not kept whole are left out. */
  stability(id: string, request: StabilityRequest): Promise<CausalStability>;
  /**
   * Picture K of a run: as it came, as it was edited, or as the model was asked about it, which is the edited one if there is one.
   * Throws `not-found` if there is none.
   */
  runPicture(id: string, picture: number, form: RunPictureForm, options?: ShownOption): Promise<NamedBytes>;
  exportRun(id: string, request: RunExportRequest): Promise<NamedBytes>;
}

/** What the run does not hold, or does not have, as errors of the request. */
function asProblem(error: unknown): unknown {
  if (error instanceof NotRecordedError) return new ProblemError("not-recorded", error.message, { cause: error });
  if (error instanceof RangeError) return new ProblemError("bad-request", error.message, { cause: error });
  return error;
}

function findingKey(version: string, query: CausalQuery & { readonly over?: string }): string {
  const { token, layer, head, variant, alpha, samples, signRule, threshold, over } = query;
  return JSON.stringify([version, token, layer, head, variant, alpha, samples, signRule, threshold, over]);
}

function axisLength(chosen: AttentionBlock["layers"], count: number): number {
  if (chosen === "mean") return 1;
  return chosen === "all" ? count : chosen.length;
}

function checkSize({ description }: Run, request: AttentionBlock): void {
  const { model, tokens } = description;
  const numbers =
    axisLength(request.layers, model.languageLayers) *
    axisLength(request.heads, model.languageHeads) *
    (request.combine === "mean" ? 1 : request.positions.length) *
    keyCount(description);
  if (request.positions.length > tokens.length || numbers > maxNumbers) {
    throw new ProblemError(
      "too-large",
      `The rows of attention asked for hold ${numbers} numbers, more than the limit of ${maxNumbers}; ask for fewer layers, heads or positions.`,
    );
  }
}

const picturesOf = { original: originalPicture, edited: editedPicture, asked: askedPicture } as const;

export function runReader(library: RunLibrary, shownPictures: ShownPictures, pool: GraphLearner): RunReader {
  const graphs = resultCache<CausalGraphFinding>(keptFindings, () => 1);
  const stabilities = resultCache<CausalStability>(keptFindings, () => 1);
  const averages = resultCache<FloatTensor>(keptNumbers, ({ data }) => data.length);
  const shares = resultCache<FloatTensor>(keptNumbers, ({ data }) => data.length);
  const sinks = resultCache<SinkSummary[] | null>(100_000, (found) => 1 + (found?.length ?? 0));

  const keptSinks = (run: Run, version: string) => sinks.get(version, () => sinksOf(run));

  async function read<T>(id: string, work: (run: Run, version: string) => Promise<T>): Promise<T> {
    try {
      return await library.use(id, work);
    } catch (error) {
      throw asProblem(error);
    }
  }
  return {
    async document(id) {
      const summary = await library.summary(id);
      return read(id, async (run, version) => runDocument(run, { summary, sinks: await keptSinks(run, version) }));
    },
    tensor: (id, name, slice) =>
      read(id, async (run): Promise<Tensor> => {
        if (!run.tensors.has(name)) {
          throw new ProblemError("not-recorded", `The run does not hold ${quote(name)}; compute it.`);
        }
        return slice === undefined ? run.tensor(name) : run.slice(name, slice);
      }),
    attention: (id, request) =>
      read(id, async (run, version) => {
        checkSize(run, request);
        const isMean = request.layers === "mean" || request.heads === "mean" || request.combine === "mean";
        if (!isMean) return attentionBlock(run, request);
        const { layers, heads, positions, combine } = request;
        const key = JSON.stringify([version, layers, heads, positions, combine]);
        return averages.get(key, () => attentionBlock(run, request));
      }),
    shares: (id) =>
      read(id, (run, version) =>
        shares.get(version, async () => {
          const found = (await keptSinks(run, version)) ?? [];
          const positions = found.map(({ position }) => position);
          return attentionShares(run, groupsOfPositions(run.description, positions));
        }),
      ),
    causes: (id, query) =>
      read(id, (run, version) =>
        graphs.get(findingKey(version, query), async () => {
          const [found] = await runGraphs(run, [query], { pool });
          return found!;
        }),
      ),
    headImportance: (id, query) => read(id, (run) => importanceOfHeads(run, query)),
    stability: (id, request) =>
      read(id, (run, version) =>
        stabilities.get(findingKey(version, request), () => causalStability(run, request, { pool })),
      ),
    runPicture: (id, picture, form, options) =>
      read(id, async (run, version): Promise<NamedBytes> => {
        const image = run.description.images[picture];
        const found = image === undefined ? undefined : await picturesOf[form](run, picture);
        if (image === undefined || found === undefined) {
          const which = form === "edited" ? "edited picture" : "picture";
          throw new ProblemError("not-found", `The run ${quote(id)} has no ${which} ${picture}.`);
        }
        const named = { name: image.name, ...found };
        return shownPictures.as(`${version} ${picture} ${form}`, named, options);
      }),
    exportRun: (id, { format, selection }) =>
      read(id, async (run): Promise<NamedBytes> => {
        try {
          const file = await exportMainFile(run, { format, selection, runName: id });
          return { ...file, mediaType: mediaTypes[format] };
        } catch (error) {
          throw new ProblemError("bad-request", (error as Error).message, { cause: error });
        }
      }),
  };
}
