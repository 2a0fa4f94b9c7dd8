/** @file The prompt of a check: pictures by their sizes alone, and the ids of prompt and image tokens. */
import type { Checkpoint } from "../checkpoint/types.ts";
import { singleTurn, type Conversation } from "../explain/conversation.ts";
import { plansOfPictures } from "../explain/pictures.ts";
import { buildPrompt, type Prompt, type PromptCheckpoint } from "../explain/prompt.ts";
import { memoryOf, type SequencePositions } from "../explain/sequence.ts";
import type { FitMode, ProcessorSettings, Size } from "../image/types.ts";
import type { VisionDefinition } from "../models/definition.ts";
import { promptImageTokens, type PicturePlan } from "../models/plan.ts";
import type { CheckedPicture, CheckReport } from "./report-schema.ts";

/** A picture file by its size, or a size alone. */
export interface PictureSize extends Size {
  /** Null for a size alone. */
  readonly name: string | null;
}

/** What the model needs to know of pictures of these sizes. Throws an Error if it does not take one. */
export function planPictures(
  sizes: readonly Size[],
  { vision, settings, fit }: { vision: VisionDefinition; settings: ProcessorSettings; fit: FitMode },
): PicturePlan[] {
  const fitted = sizes.map(({ width, height }) => ({ width, height, fit }));
  return plansOfPictures({ checkpoint: { processor: settings }, vision }, fitted);
}

/** A planned picture as the report has it. */
export function describePicture({ name, width, height }: PictureSize, plan: PicturePlan): CheckedPicture {
  return {
    name,
    width,
    height,
    imageTokens: plan.imageTokens.length,
    promptTokens: promptImageTokens(plan),
    towerInputs: plan.inputs.map(({ dims, tokens }) => ({ dims: [...dims], tokens })),
    grids: plan.grids.map(({ rows, cols, box }) => ({ rows, cols, box: { ...box } })),
  };
}

type PromptReport = NonNullable<CheckReport["prompt"]>;

/** Ids in order, equal ones in a row once. */
function runsOf({ tokens }: Prompt): PromptReport["ids"] {
  const runs: PromptReport["ids"] = [];
  for (const { id, text } of tokens) {
    const last = runs.at(-1);
    if (last?.id === id) last.count++;
    else runs.push({ id, text, count: 1 });
  }
  return runs;
}

/**
 * The prompt of a question about these pictures. Without a template, a raw prompt of the pictures, a line end and the question stands for
 * it: it has the right number of image tokens, but not the words that the model was trained with. Throws an Error if the template does.
 */
export async function checkPrompt(
  checkpoint: PromptCheckpoint & Pick<Checkpoint, "hasChatTemplate">,
  { question, plans, signal }: { question: string; plans: readonly PicturePlan[]; signal?: AbortSignal | undefined },
): Promise<{ readonly prompt: Prompt; readonly report: PromptReport }> {
  const pictures = plans.map(() => "");
  const asked = singleTurn({ question, pictures });
  const raw = `${checkpoint.imagePlaceholder.repeat(plans.length)}\n${question}`;
  const conversation: Conversation = checkpoint.hasChatTemplate ? asked : { messages: null, prompt: raw, pictures };
  const prompt = await buildPrompt(checkpoint, { conversation, plans, signal });
  const report = {
    text: prompt.prompt,
    hasTemplate: checkpoint.hasChatTemplate,
    tokens: prompt.ids.length,
    imageTokens: prompt.ids.filter((id) => id === checkpoint.config.imageTokenId).length,
    ids: runsOf(prompt),
  };
  return { prompt, report };
}

/** Positions of a prompt of which the image tokens alone are known, and its answer. */
export function imagePositionsAlone(plans: readonly PicturePlan[], answerTokens: number): SequencePositions {
  const image = Array.from(
    { length: plans.reduce((sum, plan) => sum + promptImageTokens(plan), 0) },
    (_, position) => position,
  );
  const predicting = Array.from({ length: answerTokens }, (_, token) => Math.max(0, image.length - 1 + token));
  return { tokens: image.length + answerTokens, question: [], image, predicting, memory: memoryOf(plans).length };
}
