/**
 * @file The catalogue of explanations: one row a method, and one row a map that it makes. Everything that names, reads, draws, measures,
 * compares or exports a map reads these rows.
 */

/** Of relevancy: each token's own gradient in every row, or the published tool's numbers. */
export type Variant = "exact" | "reference";
export const variants: readonly Variant[] = ["exact", "reference"];

/** Which part of the model a map belongs to; `combined2` is the published tool's second way to combine them. */
export type MapPart = "language" | "vision" | "combined" | "combined2";
export const mapParts: readonly MapPart[] = ["language", "vision", "combined", "combined2"];

/** The parts in words. */
export const partNames: { readonly [P in MapPart]: string } = {
  language: "language model",
  vision: "vision tower",
  combined: "combined",
  combined2: "combined, second way",
};

/** What makes a method's numbers. */
type Computation =
  /** One forward pass over prompt and answer, while it is recorded. */
  | "trace"
  /** The hidden states after the last layer, read through the head once more when it is asked for. */
  | "states"
  /** A backward pass for each explained token. */
  | "gradient"
  /** Causal graphs learned from recorded attention. */
  | "graphs"
  /** The model asked again without each patch. */
  | "masking";

export interface MethodRow {
  /** As a figure is titled: "Grad-CAM". */
  readonly name: string;
  readonly computation: Computation;
  /** True if it says nothing of a question without a picture. */
  readonly needsPicture: boolean;
  /** True if it reads hidden states of image tokens, which only models have whose image tokens stand in the sequence. */
  readonly needsImageStates?: boolean;
  /** What else a map of it can be chosen by: a layer, and a head of that layer or the mean of all. */
  readonly choices: readonly ("layer" | "head")[];
  /** Why a user cannot choose the layer, head, variant or map: the beginning of an error's sentence. */
  readonly otherwise: string;
  /** What it is, in one to three sentences. */
  readonly definition: string;
  /** How it is computed, in the notation of the source. */
  readonly formula: string;
  /** Lowest and highest value, with the unit. */
  readonly range: string;
  /** What it does not say, or gets wrong. */
  readonly weakness: string;
  /** What a user must know before using it, beside what it says. */
  readonly notice?: string;
  /** Papers, or "This program." */
  readonly source: string;
}

/** How the map of an answer token is read out of a run. */
type Reading =
  /** Row of the token in a tensor [answer tokens, sequence] or [answer tokens, image tokens], by the map's axis. */
  | { readonly from: "rows"; readonly tensor: string }
  /** Row of `language.attention.LAYER` at the position that predicts the token: of one head, or the mean of all layers and heads. */
  | { readonly from: "attention" }
  /** Probability of the token at the image tokens, from `lens.answer` and `lens.logsumexp` of one layer. */
  | { readonly from: "lens" }
  /** Share of the last layer's heads whose causal explanation holds the position, from that layer's attention. */
  | { readonly from: "explanations" }
  /** A tensor `NAME.TOKEN` [image tokens] for each token. */
  | { readonly from: "tensor-of-token"; readonly tensor: string };

export interface MapRow {
  readonly method: MethodName;
  /** Of methods with several maps. */
  readonly variant?: Variant;
  readonly part?: MapPart;
  readonly reading: Reading;
  /** What it has a number for: every position of the sequence, or the image tokens alone. */
  readonly axis: "sequence" | "image tokens";
  /** True if values have both signs: negative ones speak against the token. */
  readonly signed: boolean;
  /** True if a whole row sums to 1. */
  readonly isShare: boolean;
  /** False if a value says nothing of the places between two image tokens. */
  readonly smooth: boolean;
  /** True if the entry at the position that predicts the token is the identity's, which says nothing about the input. */
  readonly keepsIdentity: boolean;
  /** What a value is: "attention weight". */
  readonly quantity: string;
  /** The unit, if it is not plain from the quantity. */
  readonly unit?: "no unit" | "in logits";
  /** Under a map, and in a table: "Relevancy, language". */
  readonly short: string;
  /** In a sentence: "relevancy of the language model". */
  readonly long: string;
  /** Which part of the model it is about: "all layers and heads"; `{layer}` and `{head}` stand for what is chosen. */
  readonly place: string;
  /** True if only models whose vision tower has a class token have it. */
  readonly needsClassToken: boolean;
  /** True if it ranks inputs by how much the answer rests on them, so that measurements and comparisons take it. */
  readonly isMeasured: boolean;
}

const vaswani = "Vaswani et al., Attention Is All You Need, NeurIPS 2017, arXiv 1706.03762, equation 1.";
const abnar = "Abnar and Zuidema, Quantifying Attention Flow in Transformers, ACL 2020, arXiv 2005.00928.";
const chefer =
  "Chefer, Gur and Wolf, Generic Attention-model Explainability, ICCV 2021, arXiv 2103.15679, equations 5 and 6.";
const interpret = "Ben Melech Stan et al., LVLM-Interpret, 2024, arXiv 2404.03118.";

/** The methods, in the order in which they are offered. */
export const methodTable = {
  attention: {
    name: "Attention",
    computation: "trace",
    needsPicture: false,
    choices: ["layer", "head"],
    otherwise: "Attention has layers and heads, but no variants and one map",
    definition: "How much attention each position gets in the row of the position that predicts the token.",
    formula:
      "A = softmax(Q transpose(K) / sqrt(d) + mask); shown is A[p − 1, j] for the token at position p and each image token j.",
    range:
      "0 to 1, attention weight per patch. A whole row sums to 1, the picture's part of it to the share on the image.",
    weakness:
      "Attention shows where a head reads from. It does not show what is done with what was read, nor that the answer depends on it.",
    source: vaswani,
  },
  rollout: {
    name: "Rollout",
    computation: "trace",
    needsPicture: false,
    choices: [],
    otherwise: "Rollout goes through all layers and heads",
    definition:
      "Attention followed through all layers: the share of each position in what the last layer holds, if every layer mixed its inputs half by attention and half by passing them on.",
    formula:
      "S_l = rows of (mean of heads A_l + I) divided by their sums; rollout = S_L … S_1 S_0, the row of the position that predicts the token.",
    range: "0 to 1; a whole row sums to 1.",
    weakness:
      "Heads count alike and values, signs and the feed-forward layers are left out. Deep models give maps that are nearly the same for every token.",
    source: abnar,
  },
  lens: {
    name: "Logit lens",
    computation: "trace",
    needsPicture: false,
    choices: ["layer"],
    otherwise: "The lens has no heads",
    definition: "How likely the token is at each image token, if the model ended at the chosen layer.",
    formula: "softmax(W_head · norm(h_l[j])) for image token j after layer l; W_head and norm are the model's last.",
    range: "0 to 1, probability.",
    weakness:
      "Early layers write in directions that the last layer's matrix was not made for, so that their top words can be noise although the information is there.",
    source: "nostalgebraist, interpreting GPT: the logit lens, LessWrong 2020.",
  },
  tam: {
    name: "Token activation map",
    computation: "states",
    needsPicture: true,
    needsImageStates: true,
    choices: [],
    otherwise: "The token activation map reads the last layer alone",
    definition:
      "The logit of the token at each image token after the last layer, less the part of it that the words before it explain, smoothed by ranks.",
    formula:
      "A_t[j] = (W_t · norm(h[j]))⁺ for image token j. I = sum over earlier words c of r_c A_c / sum of r_c, with r_c = (W_t · norm(h[c]))⁺ and c another vocabulary entry than t. Shown is F((A_t − s I)⁺) with s = ⟨A_t, I⟩ / ⟨I, I⟩, where F is the rank Gaussian filter of 3 × 3 patches: sorted values, weighted by exp(−(rank − 4)² / 2(σ/μ)²).",
    range: "0 and up, in logits; only values of one map can be compared.",
    weakness:
      "It shows where the last layer would say the token, not what the answer rests on: an image token is no position that an answer is read from, so that a letter or a yes lights up nothing, and nothing that the position before the token reads takes part.",
    source:
      "Li et al., Token Activation Map to Visually Explain Multimodal LLMs, ICCV 2025, arXiv 2506.23270, equations 1 to 7.",
  },
  relevancy: {
    name: "Relevancy",
    computation: "gradient",
    needsPicture: false,
    choices: [],
    otherwise: "Relevancy goes through all layers and heads",
    definition:
      "Which patches raised the score of the selected token: attention weighted by its gradient, carried through all layers of the language model, of the vision tower, or of both. Exact follows each token's own gradient; reference repeats what the published tool computed, in which the prompt keeps the gradient of the first answer token.",
    formula:
      "R = I, then R = R + Ā R in each layer, with Ā = mean over heads of (∇A ⊙ A)⁺; shown is the row of the position that predicts the token. Combined: sum over image tokens i of r_i R_vision[i, j].",
    range: "0 and up, no unit; only values of one map can be compared.",
    weakness:
      "Only positive parts count, so that evidence against the token is not seen. It is about the gradient at this input: a part that is saturated gets little although the answer may depend on it.",
    source: `${chefer} ${interpret}`,
  },
  "gradient-rollout": {
    name: "Gradient rollout",
    computation: "gradient",
    needsPicture: false,
    choices: [],
    otherwise: "Gradient rollout goes through all layers and heads",
    definition: "Rollout of attention times gradient.",
    formula: "Rollout with Ā = mean over heads of (∇A ⊙ A)⁺ in place of A.",
    range: "0 to 1; a whole row sums to 1.",
    weakness: "Every layer passes half of its input on unseen, so that maps of deep models hardly differ.",
    source: `${abnar} ${chefer}`,
  },
  "grad-cam": {
    name: "Grad-CAM",
    computation: "gradient",
    needsPicture: true,
    choices: [],
    otherwise: "Grad-CAM reads all heads of the last layer",
    definition: "Attention of the last layer, each head weighted by the mean of its gradient.",
    formula: "(mean over heads of mean(∇A) A)⁺.",
    range: "0 and up, no unit.",
    weakness: "It sees one layer.",
    source: "Selvaraju et al., Grad-CAM, ICCV 2017, arXiv 1610.02391, equations 1 and 2.",
  },
  lrp: {
    name: "LRP",
    computation: "gradient",
    needsPicture: false,
    choices: [],
    otherwise: "LRP goes through all layers, to the map language or vision",
    definition: "Layer-wise relevance propagation, which divides the token's logit over the inputs.",
    formula: "Input times gradient, under the rules of AttnLRP.",
    range: "Both signs, in logits.",
    weakness: "It does not sum exactly to the logit, since the rule of the softmax takes a part.",
    notice:
      "Others say that their patents cover relevance propagation; the LXT project allows it free of charge for personal and scientific purposes. This program implements published equations, and its license cannot grant rights of others: ask them before you use it commercially. Nothing here needs it.",
    source: "Achtibat et al., AttnLRP, ICML 2024, arXiv 2402.05602, equations 9, 14 and 19.",
  },
  "integrated-gradients": {
    name: "Integrated gradients",
    computation: "gradient",
    needsPicture: true,
    choices: [],
    otherwise: "Integrated gradients go through all layers and heads",
    definition:
      "The gradient of the token's logit, averaged over a straight path of image tokens from their mean to the picture's own, times what changed on the path.",
    formula: "(x − x′) · ∫ ∇F(x′ + α(x − x′)) dα, α from 0 to 1, x′ the mean image token of the picture.",
    range:
      "Both signs, in logits. A map sums to the logit less the logit without a picture, up to the steps of the integral.",
    weakness:
      "It is about a picture without differences, not about a missing one, and says nothing of what every patch has alike. The points of the path are pictures that the model never saw.",
    source:
      "Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, ICML 2017, arXiv 1703.01365, equation 1.",
  },
  causal: {
    name: "Causes",
    computation: "graphs",
    needsPicture: false,
    choices: [],
    otherwise: "The map of causes is of all heads of the last layer",
    definition: "In how many heads of the last layer the patch is a possible cause of the token.",
    formula:
      "Heads of the last layer whose explanation set, of up to three steps in the head's causal graph, holds the patch / all its heads.",
    range: "0 to 1, share of heads.",
    weakness: "Many patches have equal values. It comes from recorded attention alone.",
    source:
      "Rohekar et al., Causal Interpretation of Self-Attention in Pre-Trained Transformers, NeurIPS 2023; Iterative Causal Discovery in the Possible Presence of Latent Confounders and Selection Bias, NeurIPS 2021.",
  },
  regions: {
    name: "Region search",
    computation: "masking",
    needsPicture: true,
    choices: [],
    otherwise: "The search over regions asks the whole model",
    definition:
      "Which regions of the picture the token rests on: a greedy search for regions that keep the token likely when nothing else is shown, and make it unlikely when they are taken away.",
    formula:
      "F(S) = p(token, S alone) + 1 − p(token, without S). S grows by the region r with the largest gain F(S + r) − F(S), among the eight that gained most when last tried, until a budget of questions to the model is spent. Shown is the largest gain from a region's place in the order on; regions are square blocks of patches.",
    range: "−2 to 2, change of a sum of two probabilities; falls along the order of the search.",
    weakness:
      "A filled region is a picture that the model never saw, and greedy search can miss regions that count only together. All patches of a region have one value, and regions beyond the budget stand in the order in which each alone gained.",
    source:
      "Chen et al., Where MLLMs Attend and What They Rely On, CVPR 2026, arXiv 2509.22496: insight and necessity score, greedy search. Blocks, the budget and the eight regions of a step: this program.",
  },
  occlusion: {
    name: "Masking",
    computation: "masking",
    needsPicture: true,
    choices: [],
    otherwise: "Masking asks the whole model without each patch",
    definition: "How much the token's probability falls when one patch is masked, for each patch alone.",
    formula: "p(token) − p(token without the patch).",
    range: "−1 to 1; below 0 if the probability rises without the patch.",
    weakness:
      "It finds no evidence that several patches hold each by itself, and a filled patch is a picture that the model never saw.",
    source: "Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014, arXiv 1311.2901.",
  },
} as const satisfies Readonly<Record<string, MethodRow>>;

export type MethodName = keyof typeof methodTable;

const common = {
  signed: false,
  isShare: false,
  smooth: true,
  keepsIdentity: false,
  place: "all layers and heads",
  needsClassToken: false,
  isMeasured: true,
} as const;

function relevancyRow(variant: Variant, part: MapPart) {
  const names = {
    language: "relevancy of the language model",
    vision: "relevancy of the vision tower",
    combined: "combined relevancy",
    combined2: "combined relevancy, second way",
  };
  const which = variant === "exact" ? "" : ", reference";
  return {
    ...common,
    method: "relevancy",
    variant,
    part,
    reading: { from: "rows", tensor: `relevancy.${variant}.${part}` },
    axis: part === "language" ? "sequence" : "image tokens",
    keepsIdentity: part === "language",
    needsClassToken: variant === "reference" && part !== "language",
    quantity: "relevancy",
    unit: "no unit",
    short: `Relevancy${which}, ${part === "combined2" ? partNames[part] : part}`,
    long: `${variant === "exact" ? "" : "reference "}${names[part]}`,
    place: `${variant}, ${part.startsWith("combined") ? "language model and vision tower " : ""}${partNames[part]}`,
  } as const;
}

/** The maps, in the order in which they are offered. */
export const mapTable = {
  attention: {
    ...common,
    method: "attention",
    reading: { from: "attention" },
    axis: "sequence",
    isShare: true,
    quantity: "attention weight",
    short: "Attention, mean",
    long: "attention, mean of all layers and heads",
    place: "layer {layer}, {head}",
  },
  rollout: {
    ...common,
    method: "rollout",
    reading: { from: "rows", tensor: "rollout" },
    axis: "sequence",
    isShare: true,
    keepsIdentity: true,
    quantity: "rolled-out attention",
    short: "Rollout",
    long: "attention rollout",
  },
  lens: {
    ...common,
    method: "lens",
    reading: { from: "lens" },
    axis: "image tokens",
    smooth: false,
    quantity: "probability of the token",
    short: "Logit lens",
    long: "the logit lens",
    place: "output of layer {layer}",
    // What a patch would say is no rank of what the answer rests on.
    isMeasured: false,
  },
  tam: {
    ...common,
    method: "tam",
    reading: { from: "rows", tensor: "tam" },
    axis: "image tokens",
    quantity: "activation",
    unit: "in logits",
    short: "Token activation",
    long: "the token activation map",
    place: "output of the last layer",
  },
  "relevancy.language": relevancyRow("exact", "language"),
  "relevancy.vision": relevancyRow("exact", "vision"),
  "relevancy.combined": relevancyRow("exact", "combined"),
  "relevancy.reference.language": relevancyRow("reference", "language"),
  "relevancy.reference.vision": relevancyRow("reference", "vision"),
  "relevancy.reference.combined": relevancyRow("reference", "combined"),
  "relevancy.reference.combined2": relevancyRow("reference", "combined2"),
  "gradient-rollout": {
    ...common,
    method: "gradient-rollout",
    reading: { from: "rows", tensor: "gradient-rollout" },
    axis: "sequence",
    isShare: true,
    keepsIdentity: true,
    quantity: "rolled-out attention × gradient",
    short: "Gradient rollout",
    long: "rollout of attention × gradient",
  },
  "grad-cam": {
    ...common,
    method: "grad-cam",
    reading: { from: "rows", tensor: "grad-cam" },
    axis: "image tokens",
    quantity: "Grad-CAM",
    unit: "no unit",
    short: "Grad-CAM",
    long: "Grad-CAM on the attention of the last layer",
    place: "layer {layer}, all heads",
  },
  "lrp.language": {
    ...common,
    method: "lrp",
    part: "language",
    reading: { from: "rows", tensor: "lrp.language" },
    axis: "sequence",
    signed: true,
    quantity: "relevance",
    unit: "in logits",
    short: "LRP, language",
    long: "relevance propagated to the input of the language model",
    place: "at the input of the language model",
  },
  "lrp.vision": {
    ...common,
    method: "lrp",
    part: "vision",
    reading: { from: "rows", tensor: "lrp.vision" },
    axis: "image tokens",
    signed: true,
    quantity: "relevance",
    unit: "in logits",
    short: "LRP, vision",
    long: "relevance propagated to the input of the vision tower",
    place: "at the input of the vision tower",
  },
  "integrated-gradients": {
    ...common,
    method: "integrated-gradients",
    reading: { from: "rows", tensor: "integrated-gradients" },
    axis: "image tokens",
    signed: true,
    quantity: "attribution",
    unit: "in logits",
    short: "Integrated gradients",
    long: "integrated gradients of the image tokens",
    place: "at the input of the language model",
  },
  causes: {
    ...common,
    method: "causal",
    reading: { from: "explanations" },
    axis: "sequence",
    quantity: "share of heads",
    short: "Causes",
    long: "causal explanations of the last layer",
    place: "last layer, all heads",
  },
  regions: {
    ...common,
    method: "regions",
    reading: { from: "tensor-of-token", tensor: "regions" },
    axis: "image tokens",
    signed: true,
    quantity: "gain of insight and necessity",
    short: "Region search",
    long: "the search over regions",
    place: "the whole model",
  },
  occlusion: {
    ...common,
    method: "occlusion",
    reading: { from: "tensor-of-token", tensor: "occlusion" },
    axis: "image tokens",
    signed: true,
    quantity: "drop of probability",
    short: "Masking",
    long: "masking each patch",
    place: "the whole model",
  },
} as const satisfies Readonly<Record<string, MapRow>>;

/** Names that maps had, or have elsewhere, and that addresses and requests may still carry. */
export const mapAliases: { readonly [name: string]: MapName } = {
  language: "relevancy.language",
  vision: "relevancy.vision",
  combined: "relevancy.combined",
  "relevancy.exact.language": "relevancy.language",
  "relevancy.exact.vision": "relevancy.vision",
  "relevancy.exact.combined": "relevancy.combined",
  lrp: "lrp.language",
  "lrp-vision": "lrp.vision",
};

/** The name of a map in addresses, requests and run files. */
export type MapName = keyof typeof mapTable;

type MapsThat<Part> = { [M in MapName]: (typeof mapTable)[M] extends Part ? M : never }[MapName];
type MethodsBy<C extends Computation> = {
  [M in MethodName]: (typeof methodTable)[M]["computation"] extends C ? M : never;
}[MethodName];

/** Maps that measurements and comparisons take. */
export type MapMethod = MapsThat<{ readonly isMeasured: true }>;

/** Methods that one forward trace answers, whatever the length of the answer. */
export type TraceMethod = MethodsBy<"trace">;
/** Methods that read the last hidden states through the head. */
export type StateMethod = MethodsBy<"states">;
/** Methods that need a backward pass. */
export type GradientMethod = MethodsBy<"gradient">;
/** Methods that a recording makes. */
export type Method = TraceMethod | StateMethod | GradientMethod;
/** Methods that are recorded when they are asked for, beside relevancy. */
export type OtherMethod = Exclude<StateMethod | GradientMethod, "relevancy">;
/** Measured maps that a recording makes. */
export type RecordedMap = MapMethod & MapsThat<{ readonly method: Method }>;
/** Maps of methods that are recorded when they are asked for, beside relevancy. */
export type OtherMap = MapsThat<{ readonly method: OtherMethod }>;

/** The maps in the order of the catalogue. */
export const mapNames = Object.keys(mapTable) as readonly MapName[];
/** Maps that measurements and comparisons take, in the order of the catalogue. */
export const mapMethods = mapNames.filter((map) => mapTable[map].isMeasured) as readonly MapMethod[];
