/** @file Compares the element type that config.json names with the type that the weights are stored in, which decides. */
import type { WeightType } from "../types.ts";
import { shownFile } from "../warnings.ts";
import { fields, parseSection, text } from "./fields.ts";
import { firstGiven, sourceOrder, type ReadPlace } from "./sources.ts";

/** PyTorch's names of the types. */
const typeNames: Readonly<Record<string, WeightType>> = { float32: "F32", float16: "F16", bfloat16: "BF16" };

const schema = fields({ dtype: text.nullish(), torch_dtype: text.nullish() });

/** The type that the configuration names, by the name of the field, with what is written there; undefined if none is named. */
function namedType(json: unknown, place: ReadPlace) {
  const named = firstGiven(parseSection(schema, json, place), sourceOrder.dtype, place);
  return named && { ...named, type: typeNames[String(named.value).replace(/^torch\./, "")] };
}

/** The type in which the configuration says that the weights are stored; undefined if it names none that can be computed with. */
export function storedTypeOf(json: unknown, file: string): WeightType | undefined {
  return namedType(json, { file, section: "", warn: () => undefined })?.type;
}

/** Warns if the configuration names a type that most weights do not have. transformers would convert them, this program does not. */
export function warnOfStoredType(
  json: unknown,
  weightType: WeightType,
  { file, warn }: Pick<ReadPlace, "file" | "warn">,
): void {
  const named = namedType(json, { file, section: "", warn });
  if (named !== undefined && named.type !== weightType) {
    warn(
      `${shownFile(file)}: ${named.name} is ${JSON.stringify(named.value)}, but most weights are stored as ${weightType}; they are read as they are stored.`,
    );
  }
}
