import { z } from "@hono/zod-openapi";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { AskRequest, JobEvent, ModelList, RunSummary } from "../api.ts";
import type { askSchema, jobEventSchema } from "./asking.ts";
import { schemaOf, type Describes } from "./contract.ts";
import type { modelListSchema } from "./models.ts";
import type { runSummarySchema } from "./runs.ts";

interface Example {
  readonly name: string;
  readonly sizes?: readonly number[];
}

const same = z.object({ name: z.string(), sizes: z.array(z.number()).optional() });
const less = z.object({ name: z.string() });
const more = same.extend({ extra: z.string().optional() });
const stricter = same.extend({ sizes: z.array(z.number()) });
const other = same.extend({ sizes: z.array(z.string()).optional() });

describe("schemaOf", () => {
  it("compiles only for a schema that says exactly what the type says", () => {
    expect(schemaOf<Example>()(same)).toBe(same);
    expectTypeOf<Describes<typeof same, Example>>().toEqualTypeOf<true>();
    expectTypeOf<Describes<typeof less, Example>>().toEqualTypeOf<false>();
    expectTypeOf<Describes<typeof more, Example>>().toEqualTypeOf<false>();
    expectTypeOf<Describes<typeof stricter, Example>>().toEqualTypeOf<false>();
    expectTypeOf<Describes<typeof other, Example>>().toEqualTypeOf<false>();
    // @ts-expect-error The schema lacks a field.
    schemaOf<Example>()(less);
    // @ts-expect-error The schema has a field too many.
    schemaOf<Example>()(more);
    // @ts-expect-error A field may not be left out.
    schemaOf<Example>()(stricter);
    // @ts-expect-error A field has another type.
    schemaOf<Example>()(other);
  });

  it("gives schemas the types of api.ts", () => {
    expectTypeOf<z.output<typeof askSchema>>().toEqualTypeOf<AskRequest>();
    expectTypeOf<z.output<typeof jobEventSchema>>().toEqualTypeOf<JobEvent>();
    expectTypeOf<z.output<typeof modelListSchema>>().toEqualTypeOf<ModelList>();
    expectTypeOf<z.output<typeof runSummarySchema>>().toEqualTypeOf<RunSummary>();
  });
});
