/** @file From the options of ask and explain to a model and a question. */
import { loadModel } from "../local-model/load-model.ts";
import type { HostedModel } from "../explain/host.ts";
import { cacheFolder } from "../program/cache-folder.ts";
import { singleTurn, type Conversation } from "../explain/conversation.ts";
import { readConversation } from "./messages-file.ts";
import { availableMemoryBytes } from "../program/memory.ts";
import { openNamedCheckpoint } from "../workbench/open-checkpoint.ts";
import type { Question, TaskOptions } from "../explain/question.ts";
import type { OptionValues } from "./option-spec.ts";
import type { askOptions } from "./options/ask.ts";
import type { computingOptions, modelOption } from "./options/model.ts";
import { samplingOptions } from "./options/sampling.ts";
import type { Arguments } from "./parse.ts";
import { showProgress, type Session } from "./session.ts";
import { UsageError } from "./usage-error.ts";

type AskValues = OptionValues<typeof askOptions>;
/** The values of the options of a model. */
export type ModelValues = OptionValues<typeof modelOption & typeof computingOptions>;

/** Checks which options go together, before anything is loaded. */
function checkTogether({ values, positionals }: Arguments<typeof askOptions>): void {
  const { question, messages, image, system, minNewTokens, maxNewTokens } = values;
  const own = (["temperature", "topP", "topK"] as const).find((key) => values[key] !== samplingOptions[key].default);
  if (positionals.length > 0) {
    throw new UsageError(`"${positionals[0]!}" is not expected here; a question goes after --question, in quotes.`);
  }
  if (messages !== undefined && (question !== undefined || image.length > 0 || system !== undefined)) {
    throw new UsageError(
      "--messages holds pictures, system prompt and question already; leave --image, --system and --question out.",
    );
  }
  if (messages === undefined && question === undefined) {
    throw new UsageError(
      "There is no question; give one with --question TEXT, or a conversation with --messages FILE.json.",
    );
  }
  if (minNewTokens > maxNewTokens) {
    throw new UsageError(`--min-new-tokens ${minNewTokens} is more than --max-new-tokens ${maxNewTokens}; lower it.`);
  }
  if (values.sampling === "checkpoint" && own !== undefined) {
    throw new UsageError(
      `--sampling checkpoint takes temperature and filters from the model's files; leave --${samplingOptions[own].name} out.`,
    );
  }
}

async function conversationOf(values: AskValues): Promise<Conversation> {
  if (values.messages !== undefined) return readConversation(values.messages);
  return singleTurn({ question: values.question!, pictures: values.image, system: values.system });
}

/** The question that the options ask. Throws a UsageError if they do not go together. */
export async function questionOf(args: Arguments<typeof askOptions>): Promise<Question<string>> {
  checkTogether(args);
  const { fit, stretch, maxNewTokens, minNewTokens, temperature, topP, topK, seed, sampling } = args.values;
  const conversation = await conversationOf(args.values);
  const source = sampling === "checkpoint" ? { source: sampling } : {};
  return {
    conversation,
    fit,
    stretch,
    sampling: { maxNewTokens, minNewTokens, temperature, topP, topK, seed, ...source },
  };
}

/** Options of a task that come from the command line. */
function taskOptions(values: ModelValues, session: Session): TaskOptions {
  return {
    signal: session.signal,
    onProgress: showProgress(session),
    onWarning: (warning) => session.warn(warning),
    maxMemoryBytes: values.maxMemory ?? availableMemoryBytes(),
  };
}

/** Opens the model of `--model` and does the work. */
export async function withModel<T>(
  values: ModelValues,
  session: Session,
  work: (model: HostedModel, options: TaskOptions) => Promise<T>,
): Promise<T> {
  const options = taskOptions(values, session);
  session.progress.show("Opening the model", 0);
  const checkpoint = await openNamedCheckpoint(values.model, { signal: session.signal });
  const model = await loadModel(checkpoint, { ...options, precision: values.precision, cacheFolder: cacheFolder() });
  for (const warning of model.checkpoint.warnings) session.warn(warning);
  const result = await work(model, options);
  session.progress.clear();
  return result;
}
