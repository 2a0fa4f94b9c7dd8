/** @file The state of the page: the selection, the open runs, the job at work, models, server and notices. */
import { live } from "../data/live.ts";
import { getContext, setContext } from "svelte";
import type { ComputeRequest, ModelSummary, RunSummary, ServerStatus } from "../../src/server/api.ts";
import { ApiError, type DataSource } from "../data/data-source.ts";
import { answerInView, type JobProgress } from "../jobs/job-progress.ts";
import { watchJob, type JobView } from "../jobs/job-view.svelte.ts";
import type { Mask } from "../../src/run/masks.ts";
import { withPainted, type PaintedMasks } from "../run/painted-masks.ts";
import { extentOf, openRun, type OpenRun } from "../run/open-run.svelte.ts";
import { possibleSelection } from "../selection/possible.ts";
import type { Selection } from "../selection/selection.ts";
import { createSelectionSignals } from "../selection/selection-signals.svelte.ts";
import { readHash } from "../selection/url.ts";
import { createAddress } from "./address.ts";

/** One sentence at the top of the page that stays until it is closed. */
export interface Notice {
  readonly kind: "error" | "note";
  readonly text: string;
  /** A button of the notice, such as Undo. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Work that adds to an open run. */
export interface ComputeJob {
  readonly run: string;
  readonly request: ComputeRequest;
  readonly view: JobView;
}

/** Parts of the selection that make a new place in the history; others replace the present one. */
const pushed: readonly (keyof Selection)[] = ["run", "place", "tab"];

/** Fields that mean nothing in another run. */
const ofRun = {
  ...{ tokens: null, patches: [], words: [], layer: null, head: null, lensLayer: null, picture: 0 },
  boxes: [],
} as const;

export function createPage(api: DataSource) {
  const signals = createSelectionSignals(readHash(location.hash));
  const { selection, shown } = signals;
  let pointed = $state.raw<number | null>(null);
  let run = $state.raw<OpenRun | null>(null);
  let otherRun = $state.raw<OpenRun | null>(null);
  let opening = $state.raw<string | null>(null);
  let runs = $state.raw<readonly RunSummary[] | null>(null);
  let models = $state.raw<readonly ModelSummary[] | null>(null);
  let folders = $state.raw<readonly string[]>([]);
  let server = $state.raw<ServerStatus | null>(null);
  let isOnline = $state.raw(true);
  let askJob = $state.raw<JobView | null>(null);
  let computeJobs = $state.raw<readonly ComputeJob[]>([]);
  let painted = $state.raw<PaintedMasks>(new Map());
  let notice = $state.raw<Notice | null>(null);
  let spoken = $state.raw("");
  let answered = $state.raw<string | null>(null);

  function fail(error: unknown): void {
    if (error instanceof ApiError && error.code === "offline") isOnline = false;
    else notice = { kind: "error", text: error instanceof Error ? error.message : String(error) };
  }

  const address = createAddress();
  /** Changes the selection; the address follows. */
  function select(change: Partial<Selection>): void {
    const isNew = pushed.some((field) => change[field] !== undefined && change[field] !== selection[field]);
    signals.select(change);
    signals.hover(null);
    if (isNew) address.push({ ...selection });
    else address.replace({ ...selection });
  }

  /** Opens what the selection names and what is not open yet. Only the newest request wins. */
  async function openSelected(): Promise<void> {
    const { run: id, otherRun: otherId } = selection;
    if (id === null) run = null;
    if (otherId === null) otherRun = null;
    try {
      if (id !== null && run?.id !== id) {
        opening = id;
        const opened = await openRun(api, id);
        if (selection.run === id) run = opened;
      }
      if (run !== null && run.id === selection.run) signals.select(possibleSelection(selection, extentOf(run)));
      if (otherId !== null && otherRun?.id !== otherId) {
        const opened = await openRun(api, otherId);
        if (selection.otherRun === otherId) otherRun = opened;
      }
    } catch (error) {
      fail(error);
    } finally {
      opening = null;
    }
  }

  async function showRun(id: string, change: Partial<Selection> = {}): Promise<void> {
    const forgets = id === selection.run ? {} : ofRun;
    select({ place: "explore", mode: "explain", ...forgets, run: id, ...change });
    await openSelected();
  }

  async function refreshRuns(): Promise<void> {
    try {
      runs = await api.runs();
    } catch (error) {
      fail(error);
    }
  }

  async function refreshModels(): Promise<void> {
    try {
      const list = await api.models();
      models = list.models;
      folders = list.folders;
    } catch (error) {
      fail(error);
    }
  }

  /** Follows a job that makes a run, and shows the run when it is done. */
  function followAsk(job: string): JobView {
    const view = watchJob(api, job);
    askJob = view;
    void view.ended.then(async (ended) => {
      await Promise.all([refreshRuns(), refreshModels()]);
      if (askJob !== view || ended.state !== "done" || ended.run === undefined) return;
      await showRun(ended.run);
      askJob = null;
      spoken = `Answer: ${run?.document.description.answerText ?? ""}`;
      answered = ended.run;
    });
    return view;
  }

  /** Adds something to the open run; its figures are drawn anew when it is done. */
  async function compute(request: ComputeRequest): Promise<void> {
    const target = run;
    if (!target) return;
    try {
      const { job } = await api.compute(target.id, request);
      const entry: ComputeJob = { run: target.id, request, view: watchJob(api, job) };
      computeJobs = [...computeJobs, entry];
      const ended = await entry.view.ended;
      computeJobs = computeJobs.filter((each) => each !== entry);
      if (ended.state === "failed") fail(new Error(ended.error?.message ?? "The computation failed."));
      if (ended.state !== "done") return;
      const isText = request.measure?.kind === "dependence";
      const opened = await openRun(api, target.id, isText && run?.id === target.id ? run : undefined);
      if (run?.id === target.id) run = opened;
      if (otherRun?.id === target.id) otherRun = opened;
    } catch (error) {
      fail(error);
    }
  }

  /** Asks the server how it is; a restart is told by another instance. */
  async function refreshStatus(): Promise<void> {
    try {
      const before = server;
      server = await api.status();
      const wasAway = !isOnline;
      isOnline = true;
      if ((before !== null && before.instance !== server.instance) || wasAway) {
        run?.retry();
        otherRun?.retry();
        await Promise.all([refreshRuns(), refreshModels()]);
      }
    } catch (error) {
      fail(error);
    }
  }

  return live(
    {
      /** Position in the sequence of the patch or word under the pointer, in whatever view: the others mark it. */
      pointed: () => pointed,
      run: () => run,
      otherRun: () => otherRun,
      /** Id of the run that is being opened. */
      opening: () => opening,
      runs: () => runs,
      models: () => models,
      folders: () => folders,
      server: () => server,
      isOnline: () => isOnline,
      askJob: () => askJob,
      /** The question whose answer is shown in place of the open run's. */
      answerAtWork: (): JobProgress | undefined => answerInView(askJob?.progress),
      computeJobs: () => computeJobs,
      /** What is painted as the object on pictures, by run. */
      painted: () => painted,
      notice: () => notice,
      /** Id of the run whose question was answered last since the page was loaded. */
      answered: () => answered,
      /** The sentence that screen readers speak next. */
      spoken: () => spoken,
    },
    {
      api,
      selection,
      /** The selection with what is hovered in place of what is chosen. */
      shown,
      select,
      hover: signals.hover,
      point(position: number | null) {
        pointed = position;
      },
      /** Address of this view, up to the last change. */
      linkToView(): string {
        address.flush();
        return location.href;
      },
      /** The address was changed by the browser: by Back, or by hand. */
      async readAddress() {
        address.forget();
        signals.select(readHash(location.hash));
        signals.hover(null);
        await openSelected();
      },
      showRun,
      async showOtherRun(id: string | null) {
        select(id === null ? { otherRun: null } : { otherRun: id, compareView: "runs" });
        await openSelected();
      },
      closeRun() {
        select({ ...ofRun, run: null, otherRun: null });
        run = null;
      },
      openSelected,
      refreshRuns,
      refreshModels,
      refreshStatus,
      followAsk,
      dismissAskJob() {
        askJob = null;
      },
      compute,
      notify(next: Notice | null) {
        notice = next;
      },
      fail,
      /** Keeps what is painted as the object on a picture of a run; undefined for nothing. */
      paint(id: string, picture: number, mask: Mask | undefined) {
        painted = withPainted(painted, { id, picture, mask });
      },
      say(sentence: string) {
        spoken = sentence;
      },
    },
  );
}

export type Page = ReturnType<typeof createPage>;

const key = Symbol("page");

export function providePage(page: Page): void {
  setContext(key, page);
}

/** The page's state; call it while a component is made. */
export function usePage(): Page {
  return getContext<Page>(key);
}
