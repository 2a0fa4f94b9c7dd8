/** @file Builds a part of a tokenizer (normalizer, pre-tokenizer, post-processor, decoder) from its description. */
import { z } from "zod";
import { quote } from "../json/quote.ts";
import { compilePattern, type PatternDescription } from "./patterns.ts";
import { readFields } from "./fields.ts";

/** Sequences in use stand alone; none is known to hold another. */
const maxDepth = 16;

/** The place of a part in the file, and what the whole tokenizer has to know about its parts. */
export interface PartContext {
  /** Names the file in messages. */
  readonly file: string;
  /** Such as "pre_tokenizer.pretokenizers.1". */
  readonly path: string;
  /** Called with each regular expression of the file. */
  readonly onRegex: () => void;
}

/** How parts of one type are made of their fields. */
export interface PartKind<Part> {
  create(fields: unknown, context: PartContext): Part;
}

/** The kinds of a part by their type, and how a sequence of them is one part. */
export interface PartTable<Part> {
  readonly kinds: ReadonlyMap<string, PartKind<Part>>;
  /** Field of a Sequence that lists its parts. */
  readonly list: string;
  readonly join: (parts: readonly Part[], context: PartContext) => Part;
}

/** A kind whose fields are checked by `shape` before `create` gets them. */
export function partKind<Shape extends z.ZodRawShape, Part>(
  shape: Shape,
  create: (fields: z.infer<z.ZodObject<Shape>>, context: PartContext) => Part,
): PartKind<Part> {
  const schema = z.object(shape);
  return {
    create(fields, context) {
      return create(readFields(schema, fields, place(context)), context);
    },
  };
}

/** The part that `description` (of tokenizer.json) means; undefined for null. Throws an Error that names file and part. */
export function createPart<Part>(
  description: unknown,
  table: PartTable<Part>,
  context: PartContext,
  depth = 0,
): Part | undefined {
  if (description === null || description === undefined) return undefined;
  const { type } = description as { readonly type?: unknown };
  if (typeof description !== "object" || Array.isArray(description) || typeof type !== "string") {
    throw new Error(`${place(context)} must be an object with a "type" that is text, or null.`);
  }
  if (type === "Sequence") {
    const parts = (description as Record<string, unknown>)[table.list];
    if (!Array.isArray(parts)) throw new Error(`${place(context)}: a Sequence must list its parts as "${table.list}".`);
    if (depth >= maxDepth) throw new Error(`${place(context)}: sequences are nested more than ${maxDepth} deep.`);
    return table.join(
      parts.map((part: unknown, index) => {
        const inner = { ...context, path: `${context.path}.${table.list}.${index}` };
        const created = createPart(part, table, inner, depth + 1);
        if (created === undefined) throw new Error(`${place(inner)} must be an object with a "type", got null.`);
        return created;
      }),
      context,
    );
  }
  const kind = table.kinds.get(type);
  if (kind === undefined) {
    const known = [...table.kinds.keys(), "Sequence"].sort().join(", ");
    throw new Error(`${place(context)}: the type ${quote(type)} is not supported, only ${known} are.`);
  }
  return kind.create(description, context);
}

/** The regular expression of a part. Throws an Error if there is none with the same meaning. */
export function patternOf(pattern: PatternDescription, context: PartContext): RegExp {
  if ("Regex" in pattern) context.onRegex();
  try {
    return compilePattern(pattern);
  } catch (cause) {
    const reason = oneLine((cause as Error).message);
    throw new Error(`${place(context)}: the pattern ${quote(Object.values(pattern)[0])} cannot be used: ${reason}.`, {
      cause,
    });
  }
}

function place({ file, path }: PartContext): string {
  return `${file}, "${path}"`;
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\.$/, "")
    .slice(0, 300);
}
