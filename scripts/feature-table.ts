/** @file The table of models in FEATURES.md, made from what the tests compare with PyTorch: the cases that they run, and the tensors these hold. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { fixturesFolder, parityCases } from "../test/support/parity-cases.ts";

/** A row of the table: a family and the parity cases of it. A family without a case in `parityCases` has no mark. */
interface Family {
  readonly name: string;
  readonly cases: readonly string[];
  /** True if its processor takes no question without a picture; such a question is refused. */
  readonly needsPicture?: boolean;
}

const families: readonly Family[] = [
  {
    name: "LLaVA with CLIP tower and Llama (LLaVA-1.5 and its file layouts since 2023)",
    cases: [
      "llava-clip-llama-f32",
      "llava-clip-llama-f16",
      "llava-clip-llama-bf16-sharded",
      "llava-two-turns",
      "llava-two-images",
      "own-clip-llama-odd-sizes",
    ],
  },
  {
    name: "LLaVA with SigLIP tower and Llama 3 (grouped queries, tied embeddings)",
    cases: ["llava-siglip-llama3-gqa"],
  },
  { name: "LLaVA with Qwen2", cases: ["llava-siglip-qwen2"] },
  { name: "LLaVA with Gemma", cases: ["llava-clip-gemma"] },
  { name: "LLaVA with Mistral", cases: ["llava-clip-mistral"] },
  { name: "LLaVA-NeXT with Mistral (tiles, unpadding, newline tokens)", cases: ["llava-next"] },
  {
    name: "LLaVA-OneVision (tiles with a limit of features, several pictures as wholes)",
    cases: ["llava-onevision", "onevision-shrunk", "onevision-several"],
  },
  {
    name: "InternVL -hf (tiles and the whole, pixel shuffle; Qwen2, Qwen3 or Llama)",
    cases: ["internvl", "internvl-norms"],
  },
  { name: "SmolVLM (tiles with text between them, pixel shuffle)", cases: ["smolvlm"] },
  { name: "Idefics3", cases: ["idefics3"] },
  { name: "Pixtral (pictures of their own size, a token after each row)", cases: ["pixtral"] },
  { name: "Mistral 3 (the same with merged patches)", cases: ["mistral3"] },
  { name: "Qwen2-VL (packed patches, merging, rotary positions of three axes)", cases: ["qwen2-vl"] },
  { name: "Qwen2.5-VL (attention within windows in the vision tower)", cases: ["qwen2.5-vl"] },
  { name: "Qwen3-VL (interpolated positions, rows of inner layers added behind layers)", cases: ["qwen3-vl"] },
  {
    name: "PaliGemma and PaliGemma 2 (the prompt sees itself in both directions)",
    cases: ["paligemma", "own-paligemma2"],
    needsPicture: true,
  },
  { name: "Gemma 3 and MedGemma (windows, pooling, pictures that see themselves)", cases: ["gemma3"] },
  { name: "Llama 3.2 Vision (cross-attention)", cases: ["mllama"] },
];

/** What stays out, and why. */
const leftOut = [
  "Phi-3-vision and Phi-3.5-vision: their code is not in transformers, so that no numbers can be compared.",
  "Qwen3.5: three of four layers have linear attention, which has no map to explain.",
  "Gemma 3n and Gemma 4: their layers take embeddings of their own for each token and share keys and values, which no other family does.",
];

/** The columns that a tensor of a case stands for; its presence makes the parity tests compare it. */
const columns = {
  answer: "logits",
  attention: "lm.attn",
  rollout: "rollout.0",
  "logit lens": "lens.logits",
  gradients: "grad.lm.attn.0",
  relevancy: "relevancy.exact.0",
  "published tool's": "reference.llama.0",
} as const;

const run = new Set<string>(parityCases);
const isRun = (name: string): boolean => run.has(name);

/** Names of the tensors of a safetensors file. */
function tensorNames(file: string): Set<string> {
  const bytes = readFileSync(file);
  const length = Number(bytes.readBigUInt64LE());
  return new Set(Object.keys(JSON.parse(bytes.subarray(8, 8 + length).toString("utf8")) as object));
}

function rowOf({ name, cases, needsPicture = false }: Family, alone: ReadonlySet<string>): string[] {
  const there = cases.filter(isRun);
  const held = there.map((each) => tensorNames(join(fixturesFolder, each, "expected.safetensors")));
  const mark = (isCompared: boolean): string => (there.length === 0 ? "⚪" : isCompared ? "✅" : "🟡");
  return [
    name,
    ...Object.values(columns).map((tensor) => mark(held.some((tensors) => tensors.has(tensor)))),
    mark(there.some((each) => existsSync(join(fixturesFolder, "planted", each, "planted.json")))),
    needsPicture ? "refused" : mark(there.some((each) => alone.has(each))),
  ];
}

const begin = "<!-- Written by `npm run docs` from scripts/feature-table.ts. -->";
const end = "<!-- The end of what is written. -->";

/** FEATURES.md with the table as the tests are now. Throws an Error if a case belongs to no family, or the place of the table is missing. */
export async function withFeatureTable(file: string): Promise<string> {
  const named = new Set(families.flatMap(({ cases }) => cases));
  const homeless = parityCases.filter((name) => !named.has(name));
  if (homeless.length > 0) throw new Error(`The cases ${homeless.join(", ")} have no row in scripts/feature-table.ts.`);
  const text = readFileSync(file, "utf8");
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start === -1 || stop === -1) throw new Error(`${file} has no place for the table of models.`);
  const withoutPicture = readFileSync(join(fixturesFolder, "without-picture.json"), "utf8");
  const alone = new Set(Object.keys(JSON.parse(withoutPicture) as object));
  const head = ["model", ...Object.keys(columns), "masking", "without a picture"];
  const rows = [head, head.map(() => "---"), ...families.map((family) => rowOf(family, alone))];
  const table = rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const list = leftOut.map((each) => `- ${each}`).join("\n");
  const made = `${text.slice(0, start)}${begin}\n\n${table}\n\nWhat stays out, and why:\n\n${list}\n\n${text.slice(stop)}`;
  return format(made, { parser: "markdown", printWidth: 120 });
}
