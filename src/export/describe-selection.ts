/** @file A selection in words: for figures, tables, file names and the command line. */
import { targetText } from "../figure/target-text.ts";
import { explainedBy } from "../run/explained.ts";
import type { RunDescription } from "../run/types.ts";
import type { MapPart } from "../run/map-catalogue.ts";
import { tensorName } from "./selection.ts";
import type { MapChoice, Selection } from "./selection.ts";
import type { Field } from "../figure/csv.ts";

const subjects = {
  attention: "Attention",
  rollout: "Rollout",
  lens: "Logit lens",
  relevancy: "Relevancy",
  "gradient-rollout": "Gradient rollout",
  "grad-cam": "Grad-CAM",
  lrp: "LRP",
} as const;

/** What is drawn, in one or two words. */
export function subjectText({ method }: MapChoice): string {
  return subjects[method];
}

const units = {
  attention: "attention weight per image token",
  rollout: "rollout per image token",
  lens: "probability of the token, read at each image token",
  relevancy: "relevancy per image token, no unit",
  "gradient-rollout": "attention x gradient rollout per image token",
  "grad-cam": "Grad-CAM per image token, no unit",
  lrp: "relevance per image token, in logits",
} as const;

export function unitText({ method }: MapChoice): string {
  return units[method];
}

/** True if values are of both signs. */
export function isSigned({ method }: MapChoice): boolean {
  return method === "lrp";
}

const parts: { readonly [P in MapPart]: string } = {
  language: "language model",
  vision: "vision tower",
  combined: "language model and vision tower combined",
  combined2: "language model and vision tower combined, second way",
};

/** "layer 3, head 5": which part of the model the numbers come from, and by which variant. */
export function placeText(choice: MapChoice): string {
  switch (choice.method) {
    case "attention":
      return `layer ${choice.layer}, ${choice.head === "mean" ? "mean of the heads" : `head ${choice.head}`}`;
    case "lens":
      return `output of layer ${choice.layer}`;
    case "grad-cam":
      return `layer ${choice.layer}, all heads`;
    case "rollout":
    case "gradient-rollout":
      return "all layers and heads";
    case "relevancy":
      return `${choice.variant}, ${parts[choice.map]}`;
    case "lrp":
      return choice.map === "language" ? "at the input of the language model" : "at the input of the vision tower";
  }
}

/** Which tokens it is about, and the position that they are seen from. */
export function whatText(description: RunDescription, selection: Selection): string {
  const { text, tokens } = selection.group;
  const several = tokens.length > 1;
  const many = several ? `, mean of ${tokens.length} tokens` : "";
  switch (selection.method) {
    case "lens":
      return `how likely “${text}” is at each image token${many}`;
    case "attention":
    case "rollout":
      return `from ${several ? "the positions that predict" : "the position that predicts"} “${text}”${many}`;
    case "relevancy":
      return `${targetText(explainedBy(description, selection.method).target, text)}${isPublishedWord(selection) ? `, last row of ${tokens.length} tokens' mean map` : many}`;
    default:
      return `${targetText(explainedBy(description, selection.method).target, text)}${many}`;
  }
}

/** True if the row of a word is the published tool's, whose maps grow from token to token. */
export function isPublishedWord(selection: Selection): boolean {
  return (
    selection.method === "relevancy" &&
    selection.variant === "reference" &&
    selection.map === "language" &&
    selection.group.tokens.length > 1
  );
}

/** The selection's part of a file name: ".attention.layer-5.head-4". */
export function placeName(selection: Selection): string {
  const hidden = selection.hideSinks ? ".without-sinks" : "";
  switch (selection.method) {
    case "attention":
      return `.attention.layer-${selection.layer}.${selection.head === "mean" ? "head-mean" : `head-${selection.head}`}${hidden}`;
    case "lens":
      return `.lens.layer-${selection.layer}${hidden}`;
    default:
      return `.${tensorName(selection)}${hidden}`;
  }
}

/** The choice as fields of a table, each empty if the method has none. */
export function choiceFields(choice: MapChoice): { variant: Field; map: Field; layer: Field; head: Field } {
  return {
    variant: "variant" in choice ? choice.variant : null,
    map: "map" in choice ? choice.map : null,
    layer: "layer" in choice ? choice.layer : null,
    head: "head" in choice ? choice.head : null,
  };
}
