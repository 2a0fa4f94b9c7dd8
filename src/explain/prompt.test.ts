import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import type { Checkpoint, Message } from "../checkpoint/types.ts";
import { singleTurn } from "./conversation.ts";
import { readConversation } from "../cli/messages-file.ts";
import { nodeHost } from "../local-model/node-host.ts";
import { demoCheckpointFolder } from "../program/demo.ts";
import { buildPrompt, type Prompt, type PromptRequest } from "./prompt.ts";
import { gridPicture } from "../../test/support/prompt-picture.ts";
import { defineModel } from "../models/registry.ts";
import { loadPictures } from "./pictures.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/", import.meta.url));
const cases = readdirSync(fixtures).filter((name) => /^(llava|qwen|gemma3|paligemma)/.test(name));

interface Expected {
  readonly prompt: string;
  readonly input_ids: number[];
  readonly image_positions: number[];
  readonly grid: (Grid | { base: Grid; highres: Grid })[];
  readonly images: { file: string }[];
}

interface Grid {
  readonly rows: number;
  readonly cols: number;
}

interface FixturePrompt {
  readonly expected: Expected;
  readonly built: Prompt;
  readonly checkpoint: Checkpoint;
}

const prompts = new Map<string, Promise<FixturePrompt>>();

/** The prompt of a case, which is built once. */
function fixturePrompt(name: string): Promise<FixturePrompt> {
  const built = prompts.get(name) ?? buildFixturePrompt(name);
  prompts.set(name, built);
  return built;
}

async function buildFixturePrompt(name: string): Promise<FixturePrompt> {
  const folder = `${fixtures}${name}`;
  const expected = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Expected;
  const checkpoint = await openCheckpoint(`${folder}/checkpoint`);
  const conversation = await readConversation(`${folder}/input/messages.json`);
  const { vision } = defineModel(checkpoint.config);
  const pictures = await loadPictures(conversation.pictures, {
    reader: nodeHost.pictures,
    checkpoint,
    vision,
    fit: "default",
  });
  const plans = pictures.map(({ plan }) => plan);
  return { expected, checkpoint, built: await buildPrompt(checkpoint, { conversation, plans }) };
}

/** Tokens of one role as one text. */
function textOf({ tokens }: Prompt, role: string, turn?: number): string {
  const bytes = tokens.filter((token) => token.role === role && (turn === undefined || token.turn === turn));
  return bytes.map(({ text }) => text).join("");
}

describe.each(cases)("buildPrompt on %s", (name) => {
  it("gives the reference's prompt, ids and image positions", async () => {
    const { expected, built } = await fixturePrompt(name);
    expect(built.prompt).toBe(expected.prompt);
    expect(built.ids).toEqual(expected.input_ids);
    expect(built.tokens.map(({ id }) => id)).toEqual(expected.input_ids);
    const images = built.tokens.flatMap(({ role }, position) => (role === "image" ? [position] : []));
    expect(images).toEqual(expected.image_positions);
  });

  it("walks the grid of each picture row by row", async () => {
    const { expected, built } = await fixturePrompt(name);
    const cells = built.tokens.flatMap(({ image, row, col }) => (image === undefined ? [] : [{ image, row, col }]));
    const walkOf = ({ rows, cols }: Grid, image: number) =>
      Array.from({ length: rows * cols }, (_, i) => ({ image, row: Math.floor(i / cols), col: i % cols }));
    const walk = expected.grid.flatMap((grid, image) => {
      if ("rows" in grid) return walkOf(grid, image);
      const { cols } = grid.highres;
      // A token without a cell ends each row of the tiles.
      const rows = walkOf(grid.highres, image).flatMap((cell) =>
        cell.col === cols - 1 ? [cell, { image, row: undefined, col: undefined }] : [cell],
      );
      return [...walkOf(grid.base, image), ...rows];
    });
    expect(cells).toEqual(walk);
  });

  it("begins with BOS, behind pictures that a frame puts before it, and has no other, if the tokenizer has one", async () => {
    const { built, checkpoint } = await fixturePrompt(name);
    const count = checkpoint.tokenizer.bosTokenId === undefined ? 0 : 1;
    const behind =
      checkpoint.promptFrame === undefined ? 0 : built.tokens.findLastIndex(({ role }) => role === "image") + 1;
    expect(built.tokens.map(({ role }) => role).indexOf("bos")).toBe(behind + count - 1);
    expect(built.tokens.filter(({ role }) => role === "bos")).toHaveLength(count);
  });
});

describe("roles", () => {
  it("are question for the words of the user, with split characters", async () => {
    const { built } = await fixturePrompt("llava-clip-llama-f32");
    expect(textOf(built, "question")).toBe("What is in the picture? Is it a caf\\xC3\\xA9?");
    expect(textOf(built, "template")).toBe(" USER:  \n ASSISTANT:");
  });

  it("hold where special tokens mark the messages", async () => {
    const { built } = await fixturePrompt("llava-siglip-llama3-gqa");
    expect(textOf(built, "question")).toBe("What is in the picture? Is it a caf\\xC3\\xA9?");
    expect(textOf(built, "template")).toBe(
      "<|start_header_id|>user<|end_header_id|>\n\n\n<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    );
  });

  it("count turns, and an earlier answer is answer", async () => {
    const { built } = await fixturePrompt("llava-two-turns");
    expect(textOf(built, "question", 0)).toBe("Is it day?");
    // The first piece begins with the template's space, and is the answer's all the same.
    expect(textOf(built, "answer", 0)).toBe(" Yes, it is.");
    expect(textOf(built, "template", 0)).toBe(" USER:  \n ASSISTANT:");
    expect(textOf(built, "question", 1)).toBe("How many windows does the house have?");
    expect(textOf(built, "template", 1)).toBe(" USER: " + " ASSISTANT:");
    expect(new Set(built.tokens.filter(({ role }) => role === "image").map(({ turn }) => turn))).toEqual(new Set([0]));
  });
});

describe("buildPrompt on the demo model", () => {
  let checkpoint: Checkpoint;
  beforeAll(async () => {
    checkpoint = await openCheckpoint(demoCheckpointFolder, { name: "demo" });
  });
  const grid = { rows: 14, cols: 14 };

  async function build(conversation: PromptRequest["conversation"], pictures = 1): Promise<Prompt> {
    return buildPrompt(checkpoint, { conversation, plans: Array.from({ length: pictures }, () => gridPicture(grid)) });
  }

  it("expands the picture into its grid", async () => {
    const built = await build(singleTurn({ question: "Which way does the arrow point?", pictures: ["a.png"] }));
    expect(built.tokens.filter(({ role }) => role === "image")).toHaveLength(196);
    expect(textOf(built, "question")).toBe("Which way does the arrow point?");
  });

  it("puts a picture into the turn of its message", async () => {
    const messages: Message[] = [
      { role: "user", content: [{ type: "image" }, { type: "text", text: "Is the door open?" }] },
      { role: "assistant", content: [{ type: "text", text: "Yes." }] },
      { role: "user", content: [{ type: "image" }, { type: "text", text: "And this one?" }] },
    ];
    const { tokens } = await build({ messages, prompt: null }, 2);
    const turns = tokens.filter(({ role }) => role === "image").map(({ image, turn }) => `${image}:${turn}`);
    expect([...new Set(turns)]).toEqual(["0:0", "1:1"]);
    expect(textOf({ tokens, ids: [], prompt: "" }, "question", 1)).toBe("And this one?");
  });

  it("gives a system prompt the role system and turn 0", async () => {
    const built = await build(singleTurn({ question: "Is the cup full?", pictures: ["a.png"], system: "the cup" }));
    const { tokens } = built;
    expect(tokens.filter(({ role }) => role === "system").every(({ turn }) => turn === 0)).toBe(true);
    expect(textOf(built, "system")).toContain("cup");
    expect(textOf(built, "question")).toBe("Is the cup full?");
  });

  it("takes all text of a raw prompt as question", async () => {
    const built = await build({ messages: null, prompt: "USER: <image>\nIs the cup full? ASSISTANT:" });
    expect(built.tokens[0]).toMatchObject({ role: "bos", id: checkpoint.tokenizer.bosTokenId });
    expect(textOf(built, "question").trim()).toBe("USER: \nIs the cup full? ASSISTANT:");
    expect(textOf(built, "template")).toBe("");
  });

  it("adds no BOS to a prompt that begins with it", async () => {
    const built = await build({ messages: null, prompt: "<s>USER: <image>\nIs the cup full? ASSISTANT:" });
    const bos = built.ids.filter((id) => id === checkpoint.tokenizer.bosTokenId);
    expect(bos).toHaveLength(1);
    expect(built.tokens[0]!.role).toBe("bos");
  });

  it("builds a question without a picture", async () => {
    expect(
      (await build(singleTurn({ question: "Is it?", pictures: [] }), 0)).tokens.some((t) => t.role === "image"),
    ).toBe(false);
  });

  it("throws where the raw prompt has another number of places than there are pictures", async () => {
    await expect(build({ messages: null, prompt: "<image><image> Hi" })).rejects.toThrow(
      "The prompt has 2 places for pictures (<image>), but 1 picture was given; give one picture for each place.",
    );
  });

  it("throws where a message writes the image token", async () => {
    const conversation = singleTurn({ question: "What is <image>?", pictures: ["a.png"] });
    await expect(build(conversation)).rejects.toThrow('A message holds the text "<image>"');
  });
});

describe("buildPrompt for a processor that frames its prompts", () => {
  const plans = [{ prompt: [{ imageTokens: 2 }], imageTokens: [{ rows: [] }, { rows: [] }] }];

  it("writes BOS behind the last picture and a line end, for a question and for a raw prompt with or without its places", async () => {
    const checkpoint = await openCheckpoint(`${fixtures}paligemma/checkpoint`);
    const idsOf = async (conversation: PromptRequest["conversation"]) =>
      (await buildPrompt(checkpoint, { conversation, plans })).ids;
    const asked = await idsOf(singleTurn({ question: "Is it?", pictures: ["a.png"] }));
    const { bosTokenId } = checkpoint.tokenizer;
    const { imageTokenId } = checkpoint.config;
    expect(asked.slice(0, 3)).toEqual([imageTokenId, imageTokenId, bosTokenId]);
    expect(checkpoint.tokenizer.decode(asked.slice(3), { skipSpecialTokens: false })).toBe("Is it?\n");
    expect(await idsOf({ messages: null, prompt: "<image>Is it?" })).toEqual(asked);
    expect(await idsOf({ messages: null, prompt: "Is it?" })).toEqual(asked);
    await expect(
      buildPrompt(checkpoint, { conversation: singleTurn({ question: "Is it?", pictures: [] }), plans: [] }),
    ).rejects.toThrow("takes a question with a picture only");
  });
});
