/** @file The steps of the tour over the page of an open run: what each is about, and where it stands. */
import type { TabName } from "../../selection/selection.ts";

export interface TourStep {
  readonly title: string;
  readonly text: string;
  /** Selector of what is outlined. */
  readonly target: string;
  /** The tab that is opened for the step. */
  readonly tab?: TabName;
}

export const tourSteps: readonly TourStep[] = [
  {
    title: "The answer",
    text: "The word that carries the answer is selected. Click another word to explain that one instead. Everything on the page follows.",
    target: ".answer",
  },
  {
    title: "The picture",
    text: "It shows the map of the open tab for the selected word. Point at a patch to read its value. Drag over patches to select them.",
    target: ".picture",
  },
  {
    title: "Where the word comes from",
    text: "Relevancy marks the patches and words that raised the selected word. It is a measure, not yet a proof.",
    target: "#tabbody",
    tab: "relevancy",
  },
  {
    title: "Causes",
    text: "Press “Find the causes”. The model is asked again without parts of the picture and of the question, until it is known what the word depends on.",
    target: "#tabbody",
    tab: "causes",
  },
  {
    title: "Test it yourself",
    text: "Verify hides what you choose and asks again. The result says whether the answer depends on it, compared with random patches.",
    target: "#tabbody",
    tab: "verify",
  },
];
