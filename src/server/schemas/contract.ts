/** @file Holds schemas and types together: a schema that says something else than its type of api.ts does not compile. */
import type { z } from "@hono/zod-openapi";

/** A type without `readonly`, which schemas do not know. */
type Writable<T> = T extends readonly (infer E)[]
  ? Writable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Writable<T[K]> }
    : T;

// Two types are the same if no third can tell them apart; assignability both ways would let optional fields pass.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Whether a schema describes exactly a type: no field more, none less, none optional in only one of them. */
export type Describes<S extends z.ZodType, T> = IsSame<Writable<z.output<S>>, Writable<T>>;

/**
 * `schemaOf<T>()(schema)` is the schema as one of `T`. It compiles only if the schema describes exactly `T`: the page relies on the
 * types, other programs on the OpenAPI document that the schemas make.
 */
export function schemaOf<T>(): <S extends z.ZodType>(schema: Describes<S, T> extends true ? S : never) => z.ZodType<T> {
  return (schema) => schema as z.ZodType<T>;
}
