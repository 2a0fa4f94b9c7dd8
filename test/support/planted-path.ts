/**
 * @file A Llama of two layers whose weights are written by hand, so that what its answer depends on is known: one word is copied to a second
 * one, and that to the answer. Beside this path stand two decoys: a word that is attended to but brings nothing, and a word with large values
 * that nothing attends to.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HostedModel } from "../../src/explain/host.ts";
import { fixturesFolder } from "./parity-case.ts";
import { loadRandomModel } from "./random-checkpoint.ts";

/** The words of the question: the path goes from the source by way of the relay to the answer. */
export const plantedWords = { source: "triangle", attended: "windows", loud: "image", relay: "table" } as const;

export const plantedQuestion = "triangle windows image table";

/** The answer. */
const answerWord = "left";

/** Channels of the hidden states. */
const channel = {
  /** The same large number in each token, so that the norms divide all tokens by nearly the same. */
  constant: 0,
  first: 1,
  source: 2,
  relay: 3,
  attended: 4,
  loud: 5,
  target: 6,
  /** What the source holds, what the relay gets, what the answer gets. */
  held: 7,
  relayed: 8,
  answered: 9,
} as const;

const width = 24;
const heads = 2;
const headWidth = 6;
const constant = 10;
const vocabulary = 491;
/** Entries of queries and keys that rotation leaves alone, with a base as large as this; each want has its own. */
const still = { first: 1, wants: [2, 5] } as const;
const rotaryBase = 1e15;
/** Scores of the first token and of the token that a query wants; all others have 0. */
const scores = { first: 12, wanted: 17 } as const;

/** Ids of words and marks, by their text in the tokenizer's vocabulary. */
function idsOf(): (text: string) => number {
  const file = join(fixturesFolder, "llava-clip-llama-f32/checkpoint/tokenizer.json");
  const { model } = JSON.parse(readFileSync(file, "utf8")) as { model: { vocab: Record<string, number> } };
  return (text) => {
    const id = model.vocab[text];
    if (id === undefined) throw new Error(`planted: the tokenizer has no token ${text}`);
    return id;
  };
}

type Entry = readonly [row: number, column: number, value: number];

/** Makes a matrix with these columns zero but for some entries. */
function setMatrix(values: Float32Array, columns: number, entries: readonly Entry[]): void {
  values.fill(0);
  for (const [row, column, value] of entries) values[row * columns + column] = value;
}

function embeddingEntries(): Entry[] {
  const id = idsOf();
  const word = (name: keyof typeof plantedWords) => id(`▁${plantedWords[name]}`);
  return [
    ...Array.from({ length: vocabulary }, (_, row): Entry => [row, channel.constant, constant]),
    [id("<s>"), channel.first, 1],
    [word("source"), channel.source, 1],
    [word("source"), channel.held, 3],
    [word("relay"), channel.relay, 1],
    [word("attended"), channel.attended, 1],
    [word("loud"), channel.loud, 1],
    // What the relay would pass on, many times over.
    [word("loud"), channel.relayed, 12],
    [id("T:"), channel.target, 1],
  ];
}

interface Want {
  readonly by: keyof typeof channel;
  readonly of: keyof typeof channel;
}

const decoy: Want = { by: "target", of: "attended" };

/** What tokens want, by layer and head. */
const wanted: readonly (readonly (readonly Want[])[])[] = [
  [[{ by: "relay", of: "source" }, decoy], [decoy]],
  [[{ by: "target", of: "relay" }], [decoy]],
];

/** What the first head of each layer copies; the second brings nothing. */
const copied = [
  { from: channel.held, to: channel.relayed },
  { from: channel.relayed, to: channel.answered },
] as const;

/** Entries of a matrix of a layer's attention; scores are divided by the root of the width of a head. */
function attentionEntries(layer: number, part: string): Entry[] {
  const perHead = wanted[layer]!.map((wants, head) => {
    const at = head * headWidth;
    return { first: at + still.first, wants: wants.map((want, index) => ({ ...want, at: at + still.wants[index]! })) };
  });
  const root = Math.sqrt(headWidth);
  const { from, to } = copied[layer]!;
  switch (part) {
    case "q_proj":
      return perHead.flatMap(({ first, wants }) => [
        [first, channel.constant, (scores.first * root) / constant] as const,
        ...wants.map(({ at, by }) => [at, channel[by], scores.wanted * root] as const),
      ]);
    case "k_proj":
      return perHead.flatMap(({ first, wants }) => [
        [first, channel.first, 1] as const,
        // The loud word is what no query wants.
        ...wants.flatMap(({ at, of }) => [[at, channel[of], 1] as const, [at, channel.loud, -1] as const]),
      ]);
    case "v_proj":
      return [[0, from, 1]];
    default:
      return [[to, 0, 1]];
  }
}

function adjust(name: string, values: Float32Array): void {
  const part = /language_model\.model\.layers\.(\d+)\.self_attn\.(\w+)\.weight$/.exec(name);
  if (part !== null) {
    setMatrix(values, part[2] === "o_proj" ? heads * headWidth : width, attentionEntries(Number(part[1]), part[2]!));
  } else if (/language_model\..*norm\.weight$/.test(name)) {
    // The norms leave a token as it is, but for what it holds beside the constant.
    values.fill(constant / Math.sqrt(width));
  } else if (/language_model\..*mlp\.down_proj/.test(name)) {
    values.fill(0);
  } else if (name.endsWith("embed_tokens.weight")) {
    setMatrix(values, width, embeddingEntries());
  } else if (name.endsWith("lm_head.weight")) {
    setMatrix(values, width, [[idsOf()(`▁${answerWord}`), channel.answered, 4]]);
  }
}

/** The model. Its answer to `plantedQuestion` begins with "left". */
export async function loadPlantedPath(): Promise<HostedModel> {
  return loadRandomModel({
    text: {
      vocab_size: vocabulary,
      hidden_size: width,
      num_hidden_layers: 2,
      num_attention_heads: heads,
      num_key_value_heads: heads,
      head_dim: headWidth,
      rope_parameters: { rope_type: "default", rope_theta: rotaryBase },
    },
    adjust,
  });
}
