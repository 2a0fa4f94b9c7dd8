/** @file The question in the making: pictures and their edits, fit, model, conversation, sampling; it follows the open run. */
import { live } from "../data/live.ts";
import { getContext, setContext } from "svelte";
import type { AskRequest, Example } from "../../src/server/api.ts";
import type { FitMode } from "../../src/image/types.ts";
import { defaultSampling } from "../../src/run/question-limits.ts";
import type { AskedSampling } from "../../src/run/types.ts";
import type { JobProgress } from "../jobs/job-progress.ts";
import { changeSteps, newHistory, type EditHistory } from "./history.ts";
import type { Page } from "../state/page.svelte.ts";
import { createAsking, type Question } from "./asking.svelte.ts";
import { messagesSoFar, systemPromptOf, turnsOf, withoutPictures, withQuestion } from "./conversation.ts";
import {
  draftPicture,
  picturesOfRun,
  pictureShelf,
  withEdit,
  withoutEdit,
  type DraftPicture,
} from "./draft-picture.ts";
import { fitChoices } from "./fits.ts";
import { createModelInputs } from "./model-inputs.ts";
import { sortFiles } from "./picture-files.ts";
import { askedSampling, withSampling } from "./sampling.ts";

/** What the user chose, beyond what the open run says. It holds for that run, or for the new conversation, alone. */
interface Choices {
  /** Id of the open run; null in a new conversation. */
  readonly run: string | null;
  readonly added: readonly DraftPicture[];
  readonly fit?: FitMode;
  readonly sampling?: AskedSampling;
  readonly model?: string;
  readonly system: string;
}

const rawPrompt = "This run has a raw prompt, which the page cannot ask again; begin a new conversation.";

const noChoices = (run: string | null): Choices => ({ run, added: [], system: "" });

export function createDraft(page: Page) {
  const { api } = page;
  const shelf = pictureShelf(api);
  const asking = createAsking(page, shelf);
  const inputs = createModelInputs(api, (picture) => shelf.storeShown(picture));
  let chosen = $state.raw(noChoices(null));
  let question = $state("");
  let edits = $state.raw<ReadonlyMap<string, EditHistory>>(new Map());
  let storing = $state.raw(0);
  /** Holds until it is changed; that one run was recorded whole asks for no other. */
  let record = $state.raw<NonNullable<AskRequest["record"]>>("default");

  const run = $derived(page.run);
  const description = $derived(run?.document.description);
  const choices = $derived(chosen.run === (run?.id ?? null) ? chosen : noChoices(run?.id ?? null));
  const earlier = $derived(run && description ? picturesOfRun(api, run.id, description.images) : []);
  const pictures = $derived([...earlier, ...choices.added]);
  const turns = $derived(description ? turnsOf(description) : []);
  const sampling: AskedSampling = $derived(choices.sampling ?? askedSampling(description?.sampling) ?? defaultSampling);
  const firstModel = $derived((page.models?.find(({ state }) => state === "ready") ?? page.models?.[0])?.id);
  const model = $derived(choices.model ?? (run ? run.document.model : firstModel));

  const wantedFit = $derived(choices.fit ?? description?.images[0]?.fit ?? "default");
  const fits = $derived(page.models?.find(({ id }) => id === model)?.details?.fits);
  /** A fit that the model cannot do, as after another model was chosen, gives way to what its processor says. */
  const fit = $derived(fits === undefined || fits.includes(wantedFit) ? wantedFit : "default");

  const choose = (change: Partial<Omit<Choices, "run">>): void => {
    chosen = { ...choices, ...change };
  };

  /** Stores files and adds them to the next question; what is no picture, or too large, is said in one sentence. */
  async function addPictures(files: readonly File[]): Promise<void> {
    const sorted = sortFiles(files, page.server?.limits);
    const refused = [...sorted.refused, ...sorted.runs.map(({ name }) => `${name} is a run file, not a picture.`)];
    if (refused.length > 0) page.notify({ kind: "error", text: refused.join(" ") });
    else if (page.notice?.kind === "error") page.notify(null);
    storing++;
    try {
      for (const file of sorted.pictures) {
        const picture = draftPicture(api, await api.storePicture(file, file.name));
        choose({ added: [...choices.added, picture] });
        page.select({ picture: pictures.length - 1 });
        page.say(`Picture ${pictures.length} added: ${file.name}`);
      }
    } catch (error) {
      page.fail(error);
    } finally {
      storing--;
    }
  }

  function settings(): Omit<Question, "text" | "messages" | "pictures"> {
    return { model, fit, sampling, record };
  }

  /** Asks about the pictures, or the text alone, in the conversation so far. */
  async function ask(text: string, { alone = false } = {}): Promise<void> {
    const before = messagesSoFar(description);
    const isNew = before.length === 0;
    const asked = { question: text.trim(), pictures: isNew ? pictures.length : choices.added.length };
    const messages = withQuestion(before, { ...asked, system: isNew ? choices.system : "" });
    const sent = alone ? { messages: withoutPictures(messages), pictures: [] } : { messages, pictures };
    const ended = await asking.ask({ ...settings(), text: asked.question, ...sent });
    // The words stay in the composer for whoever stopped it, or was refused.
    if (ended?.state === "done" && question.trim() === asked.question) question = "";
  }

  /** The question of the open run again, by the present fit, sampling and model, with other pictures in place of its own. */
  async function askRunAgain(others: readonly DraftPicture[] = earlier): Promise<JobProgress | undefined> {
    if (!run || !description?.messages) {
      page.fail(new Error(rawPrompt));
      return undefined;
    }
    const text = turns.at(-1)?.question ?? "";
    return asking.ask({ ...settings(), text, messages: description.messages, pictures: others }, run.id);
  }

  /** The question of the open run as text alone; its answer is put beside that of the run. */
  async function askRunWithoutPictures(): Promise<void> {
    if (!run || !description?.messages) {
      page.fail(new Error(rawPrompt));
      return;
    }
    const before = run.id;
    const text = turns.at(-1)?.question ?? "";
    const messages = withoutPictures(description.messages);
    const ended = await asking.ask({ ...settings(), text, messages, pictures: [] });
    if (ended?.state !== "done" || !ended.run) return;
    await page.showRun(before, { tab: "compare", compareView: "runs", otherRun: ended.run });
  }

  /** Begins anew, without pictures; `withPictures` keeps those that were just added, else those of the conversation. */
  function newConversation({ withPictures = false } = {}): void {
    const shown = choices.added.length > 0 ? choices.added : earlier;
    const kept = withPictures ? shown : [];
    const next = { ...noChoices(null), added: kept, fit, sampling, system: systemPromptOf(description) };
    chosen = model === undefined ? next : { ...next, model };
    question = "";
    asking.dismiss();
    page.closeRun();
    page.select({ mode: "explain", picture: 0 });
  }

  async function askExample({ id, question: text, model: itsModel }: Example): Promise<void> {
    try {
      const response = await fetch(api.urls.examplePicture(id));
      const picture = draftPicture(api, await api.storePicture(await response.blob(), `${id}.png`));
      newConversation();
      chosen = { ...noChoices(null), added: [picture], model: itsModel };
      await ask(text);
    } catch (error) {
      page.fail(error);
    }
  }

  async function askFirstExample(): Promise<void> {
    try {
      const [first] = await api.examples();
      if (first) await askExample(first);
    } catch (error) {
      page.fail(error);
    }
  }

  return live(
    {
      /** Every picture that will be asked about: those of the conversation, then those of the next question. */
      pictures: () => pictures,
      /** Pictures that came with earlier questions; they stay in their places. */
      earlierPictures: () => earlier,
      addedPictures: () => choices.added,
      /** True while a picture is on its way to the server. */
      isStoring: () => storing > 0,
      turns: () => turns,
      /** What stands in the composer. */
      question: () => question,
      /** The system prompt of a new conversation. */
      system: () => (run ? systemPromptOf(description) : choices.system),
      fit: () => fit,
      sampling: () => sampling,
      record: () => record,
      /** Id of the model that will be asked; undefined where this server does not have the run's. */
      model: () => model,
    },
    {
      addFiles: addPictures,
      removePicture(key: string) {
        choose({ added: choices.added.filter((picture) => picture.key !== key) });
        page.select({ picture: Math.max(0, Math.min(page.selection.picture, pictures.length - 1)) });
      },
      /** Moves an added picture by so many places among the added ones. */
      movePicture(key: string, by: number) {
        const from = choices.added.findIndex((picture) => picture.key === key);
        const to = Math.max(0, Math.min(choices.added.length - 1, from + by));
        if (from >= 0) choose({ added: choices.added.toSpliced(from, 1).toSpliced(to, 0, choices.added[from]!) });
      },
      /** The picture as the server keeps it, the edited one where it was edited; a picture of a run is stored now. */
      storedPicture: (picture: DraftPicture) => shelf.storeShown(picture),
      /** What the model receives of a picture by the present fit; undefined while it is on its way, and without the model. */
      inputOf: (picture: DraftPicture) => inputs.of(picture, { model, fit, pictures: pictures.length }),
      inputFailure: (picture: DraftPicture) => inputs.failure(picture, { model, fit, pictures: pictures.length }),
      /** The fits that the model allows, with their names. */
      fitsOffered() {
        const [first] = pictures;
        return fitChoices(fits ?? (first && inputs.of(first, { model, fit, pictures: pictures.length })?.fits));
      },
      /** The steps of a picture as they are now in the editor. */
      editsOf(picture: DraftPicture): EditHistory {
        return edits.get(picture.key) ?? newHistory(picture.edited?.steps);
      },
      setEdits(picture: DraftPicture, history: EditHistory) {
        edits = new Map(edits).set(picture.key, history);
      },
      /** Spreads the samples of a picture of more than 8 bits over all levels, as its first edit. */
      async stretch(picture: DraftPicture): Promise<void> {
        const { loss } = picture.original ?? {};
        if (!loss) return;
        const range = { low: loss.low, high: loss.high };
        try {
          const response = await fetch(api.urls.stretched(picture.originalUrl, range));
          if (!response.ok) throw new Error(`The picture ${picture.name} cannot be read any more; add it again.`);
          this.setEdits(picture, changeSteps(this.editsOf(picture), [{ tool: "stretch", range }]));
          await this.applyEdits(picture, await response.blob());
        } catch (error) {
          page.fail(error);
        }
      },
      /** Takes the edited picture (PNG) in place of the old one: asks the run's question again, or keeps it for the next question. */
      async applyEdits(picture: DraftPicture, png: Blob | null): Promise<void> {
        const { steps } = this.editsOf(picture);
        const name = picture.name.replace(/\.[^.]+$/, "") + ".png";
        try {
          const next = png
            ? withEdit(api, picture, { picture: await api.storePicture(png, name), steps })
            : withoutEdit(picture);
          if (choices.added.includes(picture)) {
            choose({ added: choices.added.map((each) => (each === picture ? next : each)) });
            page.select({ mode: "explain" });
          } else {
            page.select({ mode: "explain" });
            const ended = await askRunAgain(earlier.map((each) => (each.key === picture.key ? next : each)));
            // The new run has the steps from here on; the old one begins as it was.
            if (ended?.state === "done") edits = new Map([...edits].filter(([key]) => key !== picture.key));
          }
        } catch (error) {
          page.fail(error);
        }
      },
      setQuestion(next: string) {
        question = next;
      },
      setSystem(next: string) {
        choose({ system: next });
      },
      setFit(next: FitMode) {
        choose({ fit: next });
      },
      setSampling(change: Partial<AskedSampling>) {
        choose({ sampling: withSampling(sampling, change) });
      },
      setRecord(next: "default" | "full") {
        record = next;
      },
      setModel(next: string) {
        choose({ model: next });
      },
      newConversation,
      ask: (text: string) => ask(text),
      /** The text alone: what does the model say when it sees nothing? */
      askWithoutPictures: (text: string) => ask(text, { alone: true }),
      askRunWithoutPictures,
      askExample,
      askFirstExample,
      /** The open run's question again, by the present fit, sampling and model. */
      askRunAgain: () => askRunAgain(),
      asking,
      /** The last question again: the one that was stopped or failed, else that of the open run. */
      askAgain: (): Promise<unknown> => (asking.last ? asking.repeat({}) : askRunAgain()),
      stop: () => asking.stop(),
    },
  );
}

export type Draft = ReturnType<typeof createDraft>;

const key = Symbol("draft");

export function provideDraft(draft: Draft): void {
  setContext(key, draft);
}

export function useDraft(): Draft {
  return getContext<Draft>(key);
}
