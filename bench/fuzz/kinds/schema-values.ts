/** @file Values that a JSON schema of the OpenAPI document takes, or nearly takes. */
import { hostileNumber, hostileValue, type Json } from "../json-mutations.ts";
import type { Random } from "../random.ts";
import { hostileText } from "../text-mutations.ts";

/** What is read of a schema. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface SchemaContext {
  readonly random: Random;
  /** The schemas that have a name. */
  readonly named: Readonly<Record<string, Schema>>;
  /** Texts that mean something to the server, such as ids. */
  readonly texts: readonly string[];
}

const deepest = 8;

function objectOf(schema: Schema, context: SchemaContext, depth: number): Json {
  const { random } = context;
  const fields = Object.entries(schema.properties ?? {}).filter(
    ([name]) => random.chance(0.97) && (schema.required?.includes(name) === true || random.chance(0.4)),
  );
  return Object.fromEntries(fields.map(([name, inner]) => [name, valueOf(inner, context, depth + 1)]));
}

/** A value for a schema; one in fifty places has one of another kind. */
export function valueOf(schema: Schema, context: SchemaContext, depth = 0): Json {
  const { random, named, texts } = context;
  if (random.chance(0.02) || depth > deepest) return hostileValue(random);
  if (schema.$ref !== undefined) return valueOf(named[schema.$ref.split("/").at(-1)!] ?? {}, context, depth);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return valueOf(random.pick(choices), context, depth);
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((part) => valueOf(part, context, depth) as object)) as Json;
  }
  const type = typeof schema.type === "string" ? schema.type : random.pick(schema.type ?? ["string"]);
  switch (type) {
    case "object":
      return objectOf(schema, context, depth);
    case "array":
      return Array.from({ length: (schema.minItems ?? 0) + random.below(3) }, () =>
        valueOf(schema.items ?? {}, context, depth + 1),
      );
    case "integer":
    case "number":
      return random.chance(0.8) ? random.pick([schema.minimum ?? 0, schema.maximum ?? 3, 1, 2]) : hostileNumber(random);
    case "boolean":
      return random.chance(0.5);
    case "null":
      return null;
    default:
      return random.chance(0.7) ? random.pick(texts) : hostileText(random);
  }
}
