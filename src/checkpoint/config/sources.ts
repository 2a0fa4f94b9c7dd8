/** @file Values that may stand in two places of config.json: which place decides, and the warning if they differ. */
import { quote } from "../../json/quote.ts";
import { shownFile, type Warn } from "../warnings.ts";
import { fieldPath, type SectionPlace } from "./fields.ts";
import { commonFields, type KnownFields } from "./known-fields.ts";

/** The place of a section, and the receiver of warnings about values that differ. */
export interface ReadPlace extends SectionPlace {
  readonly warn: Warn;
}

/**
 * Names of one value, the deciding one first, as transformers 5.24 reads them: `LlavaConfig.attribute_map`,
 * `convert_rope_params_to_dict` and `standardize_rope_params`, and the constructor of `PreTrainedConfig` for the type.
 */
export const sourceOrder = {
  imageToken: ["image_token_id", "image_token_index"],
  rope: ["rope_scaling", "rope_parameters"],
  ropeType: ["rope_type", "type"],
  dtype: ["dtype", "torch_dtype"],
} as const;

type Section = Readonly<Record<string, unknown>>;

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** One of several values of the same meaning. */
export interface NamedValue {
  readonly path: string;
  readonly value: unknown;
}

/** Warns if `other` is given and is not what is `used`. */
export function warnUnlessSame(
  used: NamedValue,
  other: NamedValue,
  { file, warn }: Pick<ReadPlace, "file" | "warn">,
): void {
  if (other.value == null || isSame(used.value, other.value)) return;
  warn(
    `${shownFile(file)}: ${used.path} is ${quote(used.value)} and ${other.path} is ${quote(other.value)}; ${used.path} is used.`,
  );
}

/** The name of the first of `names` that the section gives a value, and that value. Warns if a later one differs. */
export function firstGiven<N extends string>(
  section: Section,
  names: readonly N[],
  place: ReadPlace,
): { readonly name: N; readonly value: unknown } | undefined {
  const given = names.filter((name) => section[name] != null);
  const [first, ...others] = given;
  if (first === undefined) return undefined;
  const named = (name: N): NamedValue => ({ path: fieldPath(place, name), value: section[name] });
  for (const other of others) warnUnlessSame(named(first), named(other), place);
  return { name: first, value: section[first] };
}

/** Fields that one warning lists with their values. */
const listedFields = 6;

/** Names the fields of a section that its class does not have, with their values. */
export function warnUnknownFields(
  section: Section,
  known: KnownFields,
  place: ReadPlace & { readonly className: string },
): void {
  const unknown = Object.entries(section).filter(
    ([name, value]) =>
      value != null && !name.startsWith("_") && !Object.hasOwn(known, name) && !Object.hasOwn(commonFields, name),
  );
  if (unknown.length === 0) return;
  const shown = unknown
    .slice(0, listedFields)
    .map(([name, value]) => `${fieldPath(place, quote(name).slice(1, -1))} (${quote(value)})`);
  const more = unknown.length > listedFields ? ` and ${unknown.length - listedFields} more` : "";
  place.warn(
    `${shownFile(place.file)}: ${shown.join(", ")}${more} ${unknown.length === 1 ? "is no field" : "are no fields"} of ${place.className} and ${unknown.length === 1 ? "is" : "are"} not used.`,
  );
}

/** A section of config.json, and the value that each of its fields has in the end. */
export interface SectionValues {
  readonly name: string;
  readonly fields: KnownFields;
  readonly values: Section;
}

/**
 * Warns of fields that stand beside the section they belong to with another value than it has there; transformers does not read them.
 * Returns the names of the fields that belong to a section.
 */
export function warnBesideSections(
  json: Section,
  {
    own,
    sections,
    place,
  }: { readonly own: KnownFields; readonly sections: readonly SectionValues[]; readonly place: ReadPlace },
): ReadonlySet<string> {
  const beside = new Set<string>();
  for (const [name, value] of Object.entries(json)) {
    if (Object.hasOwn(own, name) || Object.hasOwn(commonFields, name)) continue;
    const home = sections.find(({ fields }) => fields[name] === "read");
    if (home === undefined) continue;
    beside.add(name);
    const used = home.values[name];
    if (value == null || isSame(used, value)) continue;
    const inside = used === undefined ? "where it is not given" : `where it is ${quote(used)}`;
    place.warn(
      `${shownFile(place.file)}: ${name} is ${quote(value)} beside ${home.name}, ${inside}; what is in ${home.name} or its class default is used.`,
    );
  }
  return beside;
}
