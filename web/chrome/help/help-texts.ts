/** @file Texts of the help: the question that each tab answers, and the words that the page uses. */
import { tabs } from "../../tabs/tabs.ts";

export const tabQuestions: readonly (readonly [tab: string, question: string])[] = [
  [tabs.attention.label, "Where does each head of the model attend?"],
  [tabs.relevancy.label, "Which patches and words raised the selected word?"],
  [tabs.causes.label, "Which inputs does the selected word depend on, tested by taking them away?"],
  [tabs.verify.label, "Does the answer change without the evidence that you choose?"],
  [tabs.layers.label, "At which layer does the word appear?"],
  [tabs.compare.label, "Do the methods agree, and what differs between two runs?"],
];

export const helpTerms: readonly (readonly [term: string, meaning: string])[] = [
  ["Token", "A piece of text that the model reads or writes: a word, or a part of one."],
  ["Patch", "One cell of the grid that the model cuts the picture into."],
  ["Layer, head", "The model computes in layers. Each layer has several heads, and each head attends in its own way."],
  ["Attention", "The share that a head gives to each token and patch. It sums to 1, and it shows no cause by itself."],
  ["Relevancy", "How much each patch and word raised the selected token, by attention and gradients."],
  ["Cause", "Patches or words without which the model answers something else, confirmed by a second test."],
  ["Run", "One question with its answer and everything that was computed for it, in one file."],
];
