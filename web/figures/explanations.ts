/** @file What each kind of figure shows: the entries of *What is this?*. */
import type { MethodName } from "../../src/run/map-catalogue.ts";
import { methodRow, otherMethods } from "../../src/run/maps.ts";
import { groundingModel } from "../../src/methods/grounding/coefficients.ts";
import { similarPatches } from "../../src/methods/grounding/similarity.ts";
import { groundingFormula } from "./grounding-formula.ts";

export interface Explanation {
  readonly name: string;
  /** What it is, in one to three sentences. */
  readonly definition: string;
  /** How it is computed, in the notation of the source. */
  readonly formula: string;
  /** Lowest and highest value, with the unit. */
  readonly range: string;
  /** What it does not say, or gets wrong. */
  readonly weakness: string;
  /** Papers, or "this program" where the measure is its own. */
  readonly source: string;
}

const vaswani = "Vaswani et al., Attention Is All You Need, NeurIPS 2017, arXiv 1706.03762.";
const interpret = "Ben Melech Stan et al., LVLM-Interpret, 2024, arXiv 2404.03118.";
const chefer = "Chefer, Gur and Wolf, Generic Attention-model Explainability, ICCV 2021, arXiv 2103.15679.";
const abnar = "Abnar and Zuidema, Quantifying Attention Flow in Transformers, ACL 2020, arXiv 2005.00928.";
const causalSource =
  "Rohekar et al., Causal Interpretation of Self-Attention in Pre-Trained Transformers, NeurIPS 2023; Iterative Causal Discovery in the Possible Presence of Latent Confounders and Selection Bias, NeurIPS 2021.";
const verifySource =
  "This program; knock-out: Geva et al., Dissecting Recall of Factual Associations, EMNLP 2023, arXiv 2304.14767.";
const minimalSource =
  "This program; QuickXplain: Junker, AAAI 2004; tests by few draws: Besag and Clifford, Biometrika 78, 1991.";
const minimalWeakness =
  "The ranking decides where the search begins, so that another set may be smaller. Masked patches are a picture that the model never saw, which is why other interventions must agree.";
const curvesSource =
  "Petsiuk, Das and Saenko, RISE, BMVC 2018, arXiv 1806.07421. Bands and center first: this program.";
const lensSource = "nostalgebraist, interpreting GPT: the logit lens, LessWrong 2020.";
const notCause =
  "Attention shows where a head reads from. It does not show what is done with what was read, nor that the answer depends on it.";
const lensWeakness =
  "Early layers write in directions that the last layer's matrix was not made for, so that their top words can be noise although the information is there.";

/** The words of the catalogue for a method. */
function explained(method: MethodName): Omit<Explanation, "name"> {
  const { definition, formula, range, weakness, notice, source } = methodRow(method);
  return { definition, formula, range, weakness: notice === undefined ? weakness : `${weakness} ${notice}`, source };
}

/** The same of every method that is recorded when it is asked for beside relevancy, one after the other. */
function ofOthers(field: keyof Omit<Explanation, "name">): string {
  return otherMethods.map((method) => `${methodRow(method).name}: ${explained(method)[field]}`).join(" ");
}

/** Every topic of a figure; the type of the keys is what a figure may name. */
export const explanations = {
  "attention-map": {
    name: "Attention on the patches",
    definition:
      "How much attention the chosen head gives to each image token, in the row of the position that predicts the selected token. Without a chosen head it is the mean of all heads; of several tokens it is their mean.",
    formula:
      "A = softmax(Q transpose(K) / sqrt(d) + mask); shown is A[p − 1, j] for the token at position p and each image token j.",
    range:
      "0 to 1, attention weight per patch. A whole row sums to 1, the picture's part of it to the share on the image.",
    weakness: `${notCause} A few patches, called sinks, draw attention whatever is asked; Hide sinks leaves them out.`,
    source: `${vaswani} Sinks: Xiao et al., Efficient Streaming Language Models with Attention Sinks, ICLR 2024, arXiv 2309.17453.`,
  },
  "layers-heads": {
    name: "Matrix of layers and heads",
    definition:
      "One cell for each head of the language model, layers from 0 at the top. As maps, a cell is the head's attention on the patches; as means, its attention summed over the image tokens, or over the question. The bars are means over the heads of a layer.",
    formula: "Means: sum over j in the image (or the question) of A[layer, head, p − 1, j].",
    range: "0 to 1: the share of the head's attention. Maps: attention weight per patch, on the scale that is chosen.",
    weakness: `${notCause} With a scale of its own for each map, a head that hardly looks at the picture is as bright as one that reads nothing else.`,
    source: `${interpret} ${vaswani}`,
  },
  "attention-goes": {
    name: "Where its attention goes",
    definition:
      "The attention of one row, divided over groups of positions: image, sinks of the image, question, earlier answer, system prompt, template and the token that begins the text.",
    formula: "Share of a group g = sum over j in g of A[p − 1, j].",
    range: "0 to 1; the groups sum to 1.",
    weakness: `${notCause} Much of a head's attention often rests on the first token, which then means that the head has nothing to read.`,
    source: vaswani,
  },
  heads: {
    name: "Heads in order",
    definition:
      "Heads sorted by how much of their attention falls on the image or, where patches are selected, on these patches, in the row of the position that predicts the selected token.",
    formula: "Sum over the image tokens, or over the selected patches, of A[layer, head, p − 1, j].",
    range: "0 to 1, share of attention.",
    weakness: `${notCause} The first head of this list need not be the one that matters most for the answer.`,
    source: interpret,
  },
  "question-words": {
    name: "Attention on the words of the question",
    definition:
      "How much attention the chosen head, or the mean of all, gives to each word of the question; a word is the sum of its tokens.",
    formula: "Sum over the positions j of the word of A[p − 1, j].",
    range: "0 to 1, share of attention.",
    weakness: `${notCause} Late positions have read the earlier ones, so that attention on a word is also attention on what stands before it.`,
    source: vaswani,
  },
  "patches-to-tokens": {
    name: "From patches to tokens",
    definition:
      "How much each answer token attends to the selected patches, by head of the chosen layer, as the mean over heads, or as the mean of all.",
    formula: "Sum over the selected patches j of A[p − 1, j], for each answer token at position p.",
    range: "0 to 1, share of attention.",
    weakness: `${notCause} More patches give a larger sum: compare only selections of one size.`,
    source: interpret,
  },
  rollout: { ...explained("rollout"), name: "Attention rollout" },
  answer: {
    name: "Tokens of the answer",
    definition:
      "Each token with the number that it is colored by: its image part (how much of its relevancy lies on the image), its attention on the image or on the selected patches, its probability, or its surprise.",
    formula:
      "Image part = I / (I + Q), from exact relevancy: I sums the image tokens, Q question and earlier answer. Surprise = −log2 p.",
    range: "Image part, attention and probability 0 to 1; surprise from 0 bits, without an upper limit.",
    weakness:
      "The image part says on which side the relevancy lies, not how much there is of it. A high probability is not a correct answer.",
    source: `Image part: this program. Relevancy: ${chefer}`,
  },
  "relevancy-map": { ...explained("relevancy"), name: "Relevancy of the patches" },
  "relevancy-words": {
    name: "A map for each word",
    definition:
      "The relevancy of the patches for each word of the answer, on one scale; a word is the mean over its tokens.",
    formula: "Mean over the tokens of the word of their relevancy rows, each without its own position.",
    range: "0 and up, no unit; one scale for all words shown.",
    weakness:
      "On a shared scale one word with a strong map makes the others look empty. A word's mean can hide tokens that differ.",
    source: `${chefer} ${interpret}`,
  },
  "behind-token": {
    name: "Behind the word",
    definition:
      "The inputs with the largest relevancy for the selected token: words of the question and of the answer before it, and the best single patch.",
    formula:
      "Entries of the exact relevancy row of the language model; a word is the sum of its positions, the patch the largest of the image tokens.",
    range: "0 and up, no unit.",
    weakness:
      "One patch stands beside whole words here, so that the bars do not tell image against text; the image part does. Evidence against the token is not seen.",
    source: chefer,
  },
  "leaning-tokens": {
    name: "Answer tokens that lean on the image",
    definition: "Answer tokens of which the image part of exact relevancy reaches the chosen value, largest first.",
    formula:
      "Image part = I / (I + Q): I sums the relevancy of the image tokens, Q that of the question and of the earlier answer. Beginning of text, system prompt and template are left out.",
    range: "0 (text alone) to 1 (image alone).",
    weakness:
      "A share, not an amount: a token with hardly any relevancy can have a large one. An image has many tokens, whose small values add up; compare tokens of one run.",
    source: `This program. Relevancy: ${chefer}`,
  },
  "highlighted-tokens": {
    name: "Text highlighted by relevancy",
    definition:
      "Tokens of the question and of the answer so far, tinted by their relevancy for the selected token. The position that predicts a token is left out of its row, as it says nothing about the input.",
    formula: "Entries of the relevancy row of the language model, by the chosen variant.",
    range: "0 to the largest of these tokens, no unit.",
    weakness:
      "A word of many tokens spreads its relevancy over them; the bars behind the word have the sums. Evidence against the token is not seen.",
    source: chefer,
  },
  "other-methods": {
    name: "Other methods",
    definition: `Maps to hold relevancy against. ${ofOthers("definition")}`,
    formula: ofOthers("formula"),
    range: ofOthers("range"),
    weakness: `${ofOthers("weakness")} All of them describe this input alone.`,
    source: ofOthers("source"),
  },
  "verified-causes-map": {
    name: "Verified causes on the picture",
    definition: "The patches of each set that was found, framed, and the rest of the picture veiled.",
    formula: "The sets of Smallest causes.",
    range: "Sets of patches; no numbers.",
    weakness: minimalWeakness,
    source: minimalSource,
  },
  "minimal-causes": {
    name: "Smallest causes",
    definition:
      "The smallest sets of patches, and of words of the question, without which the word loses nine tenths of what the whole picture, or question, gives it. Each set is then tested by interventions that did not choose it, against sets of the same shape elsewhere.",
    formula:
      "N(S) = [y(U) − y(U without S)] / [y(U) − y(nothing)], necessity; Suf(S) = [y(S alone) − y(nothing)] / [y(U) − y(nothing)], sufficiency; y is the log-probability of the word. Prefixes of a ranking double until N ≥ 0.9, then members are left out (QuickXplain).",
    range: "Shares of the whole fall; both may lie below 0 or above 1. p is the share of other sets that do as much.",
    weakness: minimalWeakness,
    source: minimalSource,
  },
  "flow-graph": {
    name: "From picture and question to the word",
    definition:
      "Which attention between groups of tokens the word needs, by bands of layers. The width of a link is the fall when that attention is blocked; dashed links are estimated.",
    formula:
      "s = g · a / (1 − a) (z − v): the first-order effect of blocking a key in a head, a its attention, v its value, z the output of the head, g the gradient of the log-probability of the word at z. The largest are measured by blocking them.",
    range: "Falls of the log-probability; below 0 if the word gets likelier.",
    weakness:
      "Attention within a group is never blocked, and groups are larger than the parts that matter. What several edges do together need not be the sum of what each does.",
    source:
      "This program; edges: Geva et al., EMNLP 2023, arXiv 2304.14767; estimates: Syed et al., arXiv 2310.10348; tests against random graphs: Shi et al., NeurIPS 2024.",
  },
  "causes-map": {
    name: "Explanation set on the picture",
    definition:
      "The image tokens among the possible causes of the selected token, framed by the number of steps at which each first occurs, up to the chosen radius. The rest of the picture is veiled.",
    formula:
      "Levels 1 to radius of the tree of possible causes below the position whose output is the token, in the causal graph of one head.",
    range: "In the set or not; 1 to 3 steps.",
    weakness:
      "Patches of one radius have no order among each other. The set comes from recorded attention alone: whether the answer changes without it is measured in Verify.",
    source: `${causalSource} ${interpret}`,
  },
  "causal-graph": {
    name: "Causal graph",
    definition:
      "A partial ancestral graph over the selected token and the tokens that one head attends to from it. The mark at an end says what that end is to the other: an arrowhead, not a cause of it; a bar, a cause of it; an open circle, not decided. Arrowheads at both ends mean that neither causes the other.",
    formula:
      "R = A transpose(A) scaled to a diagonal of 1; r = partial correlation of two tokens given a set S. Independent where p = 2 (1 − Φ(sqrt(n − |S| − 3) |atanh r|)) > alpha. Edges by ordered iterative causal discovery; marks by rules R0 to R4 and R8 to R10 of Zhang.",
    range: "An edge or none; at each end one of three marks. Alpha 1e-7 to 1e-2, n 64 to 1024.",
    weakness:
      "Rows of attention are no independent samples and n is nominal, so that alpha sets how many edges remain and is no rate of error. Attention sinks make all rows alike. Tokens below the threshold are left out, and the graph is about one head.",
    source: `${causalSource} Zhang, On the Completeness of Orientation Rules, Artificial Intelligence 172, 2008. ${interpret}`,
  },
  "explanation-sets": {
    name: "Explanation sets",
    definition:
      "The possible causes of the selected token within one, two and three steps: patches, words, and the change of the token's probability when they are taken away, from the newest test in Verify of that very set.",
    formula:
      "Radius d: union of levels 1 to d of the tree of possible causes, in which a step from u over w to v needs a possible collider at w. Δp = p(token without the set) − p(token).",
    range: "No token to all tokens of the graph; Δp −1 to 1, below 0 where the probability falls.",
    weakness:
      "Untested, a set is only a candidate, and the largest one. A drop by itself says little: the same shape elsewhere may lower the probability as much, which Verify shows beside it.",
    source: `${causalSource} Test by intervention: this program.`,
  },
  "cleann-tester": {
    name: "Tested sets of the graphs",
    definition:
      "For each head of the layer, the smallest sets of tokens on the tree of possible causes without which the model predicts something else at this place, tried by size and then by distance from the explained token; and how many tokens with the largest attention of the head must go for the same.",
    formula:
      "A set S is kept if argmax p(· without S) is not argmax p(·). Patches are filled with the mean color; words are knocked out. All sets of the first size that has one are tried.",
    range: "Calls: times that the model was asked, 1 to the number of sets that are tried for each head.",
    weakness:
      "A change of the prediction is not compared with other sets of its size, so that any large enough set would do. Trees are small: most heads have no set at all.",
    source: causalSource,
  },
  "causal-stability": {
    name: "Stability of the causal graph",
    definition:
      "How often each edge, and each token of the explanation set, comes back when the graph is learned again: over 6 alphas times 5 sample counts, over thresholds, over layers, with noise of 5 % on each attention weight, or after small noise on the picture.",
    formula: "Frequency = graphs that have it / graphs learned. Marks at the ends are not compared.",
    range: "0 to 1, with the count: 21 of 30. Below 0.5 lines are dashed.",
    weakness:
      "What comes back often need not be right: all graphs share the recorded attention. Settings of the grid are not equally sensible, so that a frequency is no probability.",
    source:
      "Friedman, Goldszmidt and Wyner, Data Analysis with Bayesian Networks: A Bootstrap Approach, UAI 1999. Meinshausen and Bühlmann, Stability Selection, JRSS-B 72, 2010.",
  },
  "head-importance": {
    name: "Heads by importance",
    definition:
      "For each head of the layer, its largest attention on an image token against its largest on a text token after the image began, in the row of the position that predicts the selected token; for text the reverse.",
    formula:
      "Image = max over image tokens of A[t, j] / max over the other tokens after the first image token; text = 1 / image.",
    range: "0 and up, no unit; 1 where both are equal. Not bounded.",
    weakness: `${notCause} One patch and one word decide it, so that a head that spreads its attention over the picture looks unimportant.`,
    source: interpret,
  },
  "masked-map": {
    name: "Masked patches",
    definition:
      "The image tokens that the test in Verify takes away, hatched. Mean color, blur, noise and other pictures change the pixels under them before the model sees the picture; knock-out leaves the pixels and lets no later position attend to them. Masked words are always knocked out.",
    formula:
      "Mean: the mean color of the original picture. Blur: Gaussian, sigma one patch; it keeps colors. Noise: uniform. Other pictures: blocks of eight pictures of the gallery, each from its own place. Knock-out of position j: −∞ at column j before the softmax, for every query after j, in all layers and heads of the language model.",
    range: "Masked or not.",
    weakness:
      "A filled patch is a picture unlike those that the model learned from, which by itself may change an answer; hold the fills against each other. Knocked-out patches were still read by the vision tower, so that their neighbors hold some of them.",
    source: verifySource,
  },
  "same-question": {
    name: "The same question without this evidence",
    definition:
      "The answer with everything and the answer without the evidence, generated anew, and the probability of the selected token in both. The probability is read with the original answer up to the token given, so that both are about the same place.",
    formula:
      "Fall = score − score without the set; score: log-probability of the token, or its logit less that of a rival. Patches, words and heads are tested apart. The verdict is the first that holds: the picture does not matter (fall without the whole picture below 0.1); too few sets (no p ≤ 0.05 is possible); no more than a random region (p > 0.05); hardly changes (fall below 0.1); not confirmed (no other way of taking it away passes); depends.",
    range: "Probabilities 0 to 1; falls in nats: 0.1 takes a tenth of the probability, 0.7 half of it.",
    weakness:
      "It is one token of one answer. A token may keep its probability where the same evidence stands in the picture or the words twice, and lose it where masking confuses the model about everything.",
    source: verifySource,
  },
  "against-chance": {
    name: "Against chance",
    definition:
      "The fall of the score without null sets, beside the fall without the tested set. Of patches: the same shape shifted and flipped inside the picture, which decides, and as many patches drawn each on its own. Of words: as many words of the same kind. Of heads: as many heads of the same layers, which decides, and of any. All sets are different, none is the tested one.",
    formula:
      "p = (1 + number of null sets with at least the same fall) / (1 + number of null sets). A test that cannot reach 0.05 any more ends early; then p = that number / number of sets used.",
    range: "Falls in nats. p from 1 / (1 + n): 0.01 for 99 sets, of which four may fall as far for a p of 0.05.",
    weakness:
      "Scattered patches hide no thing as a whole, so that they are the weaker comparison. Testing many sets and keeping the best makes small p-values common, and a set that was searched with the fill of the test passes too easily: what counts then is the confirmation by another one.",
    source: `${verifySource} p: Besag and Clifford, Sequential Monte Carlo p-values, Biometrika 78, 1991; Phipson and Smyth, Permutation P-values Should Never Be Zero, SAGMB 9, 2010.`,
  },
  "smallest-set": {
    name: "Smallest set",
    definition:
      "A part of the tested set that keeps at least 90 % of its effect and of which no single member can be left out. Found by taking away halves, quarters and so on, then single members.",
    formula: "Delta debugging on: fall without the part ≥ 0.9 × fall without the whole set.",
    range: "1 member to the whole set.",
    weakness:
      "No smaller part of it was found, but another one of the same size may do as well, and a smaller one may exist. It was chosen by its effect: its size says more than its effect does.",
    source:
      "Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, IEEE TSE 28, 2002. This program.",
  },
  "past-tests": {
    name: "Tests of this token",
    definition: "The tests in Verify that the run holds of the selected token, with what was masked and what came out.",
    formula: "As in “The same question without this evidence” and “Against chance”.",
    range: "Change −1 to 1; p above 0, at most 1.",
    weakness:
      "p-values are not corrected for how many tests were made: of 20 sets without effect one is below 0.05 on average.",
    source: verifySource,
  },
  deletion: {
    name: "Deletion",
    definition:
      "Probability of the token as patches, or text, are masked in the order of a map, the highest first. A map whose first members matter makes it fall early. Random orders and, for patches, the order from the center of the picture outward stand beside it.",
    formula:
      "Area by trapezoids over the share masked, in at most 20 steps. Gray: the 95 % interval in which one more random order lies, from 10 orders by Student’s t.",
    range: "Share 0 to 100 %, probability 0 to 1, area 0 to 1: lower is better.",
    weakness:
      "Pictures with filled patches are unlike any that the model learned from, and another fill gives another curve. A curve within the gray says no more than a random order. The middle of a picture is often where the thing is: compare with center first.",
    source: curvesSource,
  },
  insertion: {
    name: "Insertion",
    definition:
      "Probability of the token as patches, or text, are put back into a question without any of them, in the order of a map, the highest first. A map whose first members suffice makes it rise early.",
    formula:
      "Area by trapezoids over the share shown, in at most 20 steps. Gray: the 95 % interval in which one more random order lies, from 10 orders by Student’s t.",
    range: "Share 0 to 100 %, probability 0 to 1, area 0 to 1: higher is better.",
    weakness:
      "A token that the question alone makes likely is high from the start, and no order can raise it. The same holds of filled pictures as in deletion.",
    source: curvesSource,
  },
  "expected-place": {
    name: "Is the expected place what matters?",
    definition:
      "The probability of the token without the selected patches, with nothing but them, and without the whole picture; knock-out is replaced by the mean color here.",
    formula:
      "With drops from the original. Does not depend on the image: none above 0.05. The place matters: its drop above 0.25 and larger than that without all else. Not this place: its drop at most 0.05, that without all else above 0.25. Else: not told apart.",
    range: "Probabilities 0 to 1.",
    weakness:
      "An answer that the model also gives without the picture has nothing to lose and counts as not depending on it, though it may have been read from it. There are no random places to compare with. A place that is too small leaves the edge of the thing, one that is too large takes its surroundings along; both move the answer.",
    source: "This program.",
  },
  "lens-map": {
    name: "Logit lens of the patches",
    definition:
      "What each image token would predict if the model ended at this layer: its most likely word, or the probability of the selected token.",
    formula: "softmax(W_head · norm(h_l[j])) for image token j after layer l; W_head and norm are the model's last.",
    range: "0 to 1, probability.",
    weakness: `${lensWeakness} An image token is not trained to predict anything, so that its word is a hint at what it holds, not an output.`,
    source: lensSource,
  },
  "lens-positions": {
    name: "Logit lens of the answer",
    definition:
      "For each answer token the top word at every layer, read at the position that predicts it. The last layer is what the model says.",
    formula: "argmax and maximum of softmax(W_head · norm(h_l[p − 1])).",
    range: "0 to 1, probability of the top word.",
    weakness: lensWeakness,
    source: lensSource,
  },
  "lens-curve": {
    name: "The token and its rival over the layers",
    definition:
      "Probability of the selected token at every layer, and of its strongest rival: the best other token of the last layer.",
    formula:
      "softmax(W_head · norm(h_l[p − 1])) at the token and at the rival, for l from the input to the last layer.",
    range: "0 to 1, probability.",
    weakness: `${lensWeakness} A late rise does not mean that the word was decided late.`,
    source: lensSource,
  },
  "lens-patches": {
    name: "Top words of the patches",
    definition:
      "Words that are the most likely ones at image tokens in this layer, with the number of patches that say them.",
    formula: "Count over image tokens j of argmax softmax(W_head · norm(h_l[j])).",
    range: "0 to the number of patches.",
    weakness: `${lensWeakness} Counts leave out how likely each word was.`,
    source: lensSource,
  },
  "method-maps": {
    name: "One token by every method",
    definition:
      "The patches of one answer token by each method: attention as the mean of all layers and heads, attention rollout, exact relevancy of the language model, of the vision tower and of both, causes, and masking each patch. Each map is drawn as shares of its own largest patch, since their units differ.",
    formula:
      "Share = value / largest value of the map. Causes: heads of the last layer whose explanation set, of up to three steps, holds the patch / all its heads. Masking: p(token) − p(token without the patch), one patch at a time. Inside the selected patches: their sum / sum of the map, negative values left out.",
    range:
      "0 to 1 of the largest patch; where masking a patch raises the probability it is below 0, drawn as 0. Share inside: 0 to 100 %.",
    weakness:
      "A scale of its own makes a map of nothing look like a map of something: the largest value stands under it. Masking finds no evidence that several patches hold each by itself, and a filled patch is a picture that the model never saw.",
    source: `${vaswani} ${abnar} ${chefer} ${causalSource} Masking: Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014, arXiv 1311.2901.`,
  },
  "marked-object": {
    name: "Maps against a marked object",
    definition:
      "You mark what the answer must rest on, by boxes or a mask, and every map and every head of the run is scored against it. Share inside: how much of the map lies on the object. Pointing game: whether the largest patch is on it. IoU: overlap with as many of the largest patches as the object covers. Average precision: over all cuts. The same map everywhere, a bell in the middle and the object itself stand beside them.",
    formula:
      "w is the marked share of a patch, m the positive part of its value. Share inside = Σ m w / Σ m. Pointing = 1 if w of the largest patch is at least 0.25. IoU = I / (2 Σ w − I) with I the sum of w over the Σ w largest patches. Average precision = Σ precision × growth of the recall.",
    range: "0 to 1, the higher the better. A map of patches cannot reach 1 if the object cuts patches.",
    weakness:
      "A map that lies on the object need not be what the answer rests on, and a model may rest on something else. Among many heads some are good by chance; try another picture. The share says where on the picture a head looks, not how much it looks at the picture.",
    source:
      "Pointing game: Zhang et al., Top-down Neural Attention by Excitation Backprop, ECCV 2016, arXiv 1608.00507. The other scores: this program.",
  },
  "method-agreement": {
    name: "Agreement of methods",
    definition:
      "For every two methods how alike they rank the patches, below the diagonal, and how far their top patches are the same, above it. Patches that see only padding are left out.",
    formula:
      "Spearman: correlation of the ranks of the patches, equal values sharing their mean rank. Overlap: |A ∩ B| / |A ∪ B| of the 10 % of patches with the largest values; of equal ones the earlier patch counts.",
    range: "Rank correlation −1 to 1, 0 for unrelated maps; overlap 0 to 1, about 0.05 for unrelated maps.",
    weakness:
      "Methods can agree and all be wrong: agreement is not faithfulness. Ranks weigh the many patches near zero as much as the few that matter. Causes have many equal patches, so that their top is partly arbitrary.",
    source: "Spearman, The Proof and Measurement of Association between Two Things, 1904. Overlap: Jaccard, 1912.",
  },
  faithfulness: {
    name: "How faithful each method is",
    definition:
      "Whether the patches that a method ranks highest are those that the token's probability depends on. Deletion takes patches away, the highest first; insertion puts them back into a picture without any. Random model: how alike the map is to that of the same model with shuffled weights.",
    formula:
      "Area under the token's probability over the share of patches, by trapezoids in at most 20 steps, the answer as it was given. Random order: mean area of 10 orders with its 95 % interval. Random model: Spearman's rank correlation of both maps.",
    range:
      "Areas 0 to 1: deletion lower is better, insertion higher. Random model −1 to 1: near 0 is better, high means that the map does not depend on what was learned.",
    weakness:
      "Pictures with filled patches are unlike any that the model learned from, and another fill gives other areas. Differences within the band of random orders mean little. One token is one sample. Causes are measured with the default settings.",
    source:
      "Petsiuk, Das and Saenko, RISE, BMVC 2018, arXiv 1806.07421. Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018, arXiv 1810.03292.",
  },
  grounding: {
    name: "Grounding score",
    definition:
      "Two questions, each with a meter of its own. Whether a word depends on the picture: how much the token's distribution changes without the picture and with other pictures, how far all logits move and how far the token's odds fall with other pictures, and the largest necessity of a verified set of patches, if causes were searched. Whether it agrees with the picture: how like the word's state is to the states of patches. Words are means over their tokens; the answer is not generated anew.",
    formula: `${groundingFormula(groundingModel)} The score is at least the necessity of a verified set of patches. Agreement is a logistic function of two cosines of the word's state after the middle layer: the mean of those with the ${similarPatches} nearest patches, and that with the mean patch.`,
    range:
      "Score, parts and agreement 0 to 1. A change is the total variation, half the sum of |p − q| over the vocabulary. Logits and odds are changes x in nats, written as x / (1 + x).",
    weakness:
      "The score was fitted on one small model and its made-up pictures, by answers that come from looking and answers that do not; on other models only its order means something. It does not say that the right place was looked at, nor that the answer is right; agreement does not say that the answer depends on the picture. Where the parts lie far apart the score says little.",
    source:
      "This program: logistic regression with a ridge on answers of the demo model; docs/truth.md says how well it separates them on scenes that were left out. Agreement: in the manner of GLSim, Park and Li, NeurIPS 2025, arXiv 2508.19972.",
  },
  "two-runs": {
    name: "Two runs",
    definition:
      "The maps of two runs for the answer token at the same position, on one scale, and their difference B − A. Where the patches differ, the map of B is resampled to those of A.",
    formula: "Difference[j] = B[j] − A[j].",
    range: "Maps as by their method. Difference: of both signs, 0 in the middle of the scale.",
    weakness:
      "Tokens are matched by position: where the answers differ in words, different words are compared. Relevancy has no unit, so that its size can differ between runs for reasons other than the picture.",
    source: "This program.",
  },
  "two-answers": {
    name: "Two answers",
    definition:
      "The answers of two runs of which one has no picture, token by token at the same place, each with its probability in its own run.",
    formula: "p = softmax(logits) at the position that predicts the token.",
    range: "Probability, 0 to 1.",
    weakness:
      "Tokens are matched by place: after the first word that differs, what follows answers another text. An answer that stays the same may still have been read from the picture.",
    source: "This program.",
  },
  patching: {
    name: "Two runs patched into each other",
    definition:
      "Parts of one run are put into the other while the model reads it again: the states behind some layers at some tokens, or what one head gives. If the score of the answer token moves to that of the run that the part comes from, the part carries the difference between both answers. Nothing is masked or filled in.",
    formula:
      "R = (y(run with the part) − y(run)) / (y(run that the part comes from) − y(run)), y the logit of A's token less that of B's, or its log-probability.",
    range:
      "Share of the difference: 0 changes nothing, 1 gives the other run's score. Shares may lie outside of 0 to 1, and do not add up.",
    weakness:
      "A part can carry the difference without being the only one: what stands in several places is restored by each. Late layers of the last position always restore everything. Mixed states are ones that the model would not reach by itself.",
    source:
      "Activation patching: Vig et al., NeurIPS 2020; Meng et al., NeurIPS 2022; both directions and the contrast of logits: Zhang and Nanda, ICLR 2024.",
  },
  measures: {
    name: "Measures of two runs",
    definition:
      "Numbers of the selected tokens in both runs: probability, attention on the image, image part of exact relevancy, the grounding score where both runs have it, and how alike the two maps rank the patches.",
    formula:
      "Means over the selected tokens; B − A. Spearman: correlation of the ranks of the patches, equal values sharing their mean rank.",
    range: "Probability, attention, image part and grounding 0 to 1, differences −1 to 1; rank correlation −1 to 1.",
    weakness:
      "Two runs differ in more than one thing as soon as their answers do. One pair of runs says nothing about how often a difference comes back.",
    source: "This program. Spearman, The Proof and Measurement of Association between Two Things, 1904.",
  },
  "model-input": {
    name: "Model input",
    definition:
      "The exact pixels that the vision tower receives, after the picture was fitted to its size, with the grid of patches.",
    formula:
      "Resize with the filter of the checkpoint's processor, then crop or pad as the fit says; normalization comes after and is not drawn.",
    range: "8-bit levels, 0 to 255.",
    weakness:
      "What is cropped is not seen by the model at all. Patches of padding see no picture, but still take part in attention.",
    source: "The processor settings of the checkpoint.",
  },
} as const satisfies Readonly<Record<string, Explanation>>;

/** What a figure can be about. */
export type Topic = keyof typeof explanations;
