/** @file A question on its way: sent, followed, stopped, kept in part, or asked again with less. */
import { live } from "../data/live.ts";
import type { AskRequest } from "../../src/server/api.ts";
import { ApiError } from "../data/data-source.ts";
import type { JobProgress } from "../jobs/job-progress.ts";
import type { Page } from "../state/page.svelte.ts";
import type { DraftPicture, PictureShelf } from "./draft-picture.ts";

/** Everything of a question but where its pictures are stored. */
export interface Question {
  readonly text: string;
  /** Id of the model; undefined where this server does not have it. */
  readonly model: string | undefined;
  readonly messages: AskRequest["messages"];
  readonly pictures: readonly DraftPicture[];
  readonly fit: AskRequest["fit"];
  readonly sampling: AskRequest["sampling"];
  readonly record: "default" | "full";
}

/** Follows questions to their runs; `page.askJob` is the one at work, or the one that ended without a run. */
export function createAsking(page: Page, shelf: PictureShelf) {
  const { api } = page;
  let last = $state.raw<Question | undefined>(undefined);
  /** The run that the last question repeats with another picture or model. */
  let repeats = $state.raw<string | undefined>(undefined);
  let text = $state.raw("");
  let isSending = $state.raw(false);
  /** Why the server did not take the last question. */
  let refusal = $state.raw<string | undefined>(undefined);

  /** Says it at the composer; that the server is away is said elsewhere. */
  function refuse(error: unknown): void {
    if (error instanceof ApiError && error.code === "offline") page.fail(error);
    else refusal = error instanceof Error ? error.message : String(error);
  }

  async function send({ model, messages, pictures, fit, sampling, record }: Question): Promise<string> {
    if (model === undefined) throw new Error("This needs the model, which is not loaded; load it, then ask.");
    const request = async (): Promise<AskRequest> => {
      const stored = [];
      for (const picture of pictures) stored.push(await shelf.store(picture));
      return { model, messages, pictures: stored, fit, sampling, record };
    };
    try {
      return (await api.ask(await request())).job;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "not-found") throw error;
      // A server that was started anew has forgotten the pictures; those of runs can be stored again.
      shelf.clear();
      return (await api.ask(await request())).job;
    }
  }

  /** Offers the run beside the one that it repeats, so that B minus A is what the change did. */
  function offerComparison(before: string, after: string, isEdited: boolean): void {
    const run = (): void => {
      page.notify(null);
      void page.showRun(before, { tab: "compare", compareView: "runs", otherRun: after });
    };
    const about = isEdited ? " about the edited picture" : "";
    const label = isEdited ? "Compare with the original" : "Compare with the run before";
    page.notify({ kind: "note", text: `The question was asked again${about}.`, action: { label, run } });
  }

  async function follow(job: string): Promise<JobProgress> {
    const ended = await page.followAsk(job).ended;
    if (ended.state === "failed") page.say(`Failed: ${ended.error?.message ?? "no reason was given"}`);
    if (ended.state === "cancelled") page.say("Stopped.");
    return ended;
  }

  /** Asks, and gives how the job ended; undefined where it could not begin. */
  async function ask(question: Question, repeated?: string): Promise<JobProgress | undefined> {
    if (isSending) return undefined;
    last = question;
    repeats = repeated;
    text = question.text;
    isSending = true;
    refusal = undefined;
    try {
      const following = follow(await send(question));
      // By now the job has taken over, so that the page shows one or the other.
      isSending = false;
      const ended = await following;
      const isEdited = question.pictures.some(({ edited }) => edited !== undefined);
      if (ended.state === "done" && ended.run && repeated) offerComparison(repeated, ended.run, isEdited);
      return ended;
    } catch (error) {
      refuse(error);
      return undefined;
    } finally {
      isSending = false;
    }
  }

  return live(
    {
      /** The last question that was asked from this page. */
      last: () => last,
      /** The text of the question at work. */
      text: () => text,
      /** One sentence, where the server did not take the last question. */
      refusal: () => refusal,
      /** True where that question is the open run's, asked again. */
      isRepeat: () => repeats !== undefined,
      /** True from the press of Ask until the server has taken the question. */
      isSending: () => isSending,
    },
    {
      /** Takes away what is said of a question that ended without a run. */
      dismiss() {
        refusal = undefined;
        page.dismissAskJob();
      },
      ask,
      /** The last question again, with something changed. */
      async repeat(change: Partial<Question>): Promise<void> {
        if (last) await ask({ ...last, ...change }, repeats);
      },
      /** Loads the model anew with 16-bit weights, then asks the last question again. */
      async askWithSmallerWeights(): Promise<void> {
        if (last?.model === undefined) return;
        try {
          const { job } = await api.loadModel({ model: last.model, precision: "f16" });
          const loaded = await page.followAsk(job).ended;
          if (loaded.state === "done") await ask(last, repeats);
        } catch (error) {
          page.fail(error);
        }
      },
      async stop(): Promise<void> {
        if (!page.askJob) return;
        await api.cancelJob(page.askJob.id).catch((error: unknown) => page.fail(error));
      },
      async keepPartial(): Promise<void> {
        if (!page.askJob) return;
        try {
          const { job } = await api.keepPartial(page.askJob.id);
          await follow(job);
        } catch (error) {
          page.fail(error);
        }
      },
      /** Finds a question that is at work since before the page was loaded. */
      async resume(): Promise<void> {
        if (page.askJob) return;
        try {
          const jobs = await api.jobs();
          const found = jobs.find(({ kind, state }) => kind === "ask" && (state === "running" || state === "queued"));
          if (!found) return;
          text = found.question ?? "";
          repeats = undefined;
          await follow(found.id);
        } catch (error) {
          page.fail(error);
        }
      },
    },
  );
}
