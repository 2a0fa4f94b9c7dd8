/** @file What readers of whole models check beside their sections: fields in the wrong place, and hidden states that a tower has. */
import { quote } from "../../json/quote.ts";
import { shownFile } from "../warnings.ts";
import type { SectionPlace } from "./fields.ts";
import type { KnownFields } from "./known-fields.ts";
import { warnBesideSections, warnUnknownFields, type ReadPlace, type SectionValues } from "./sources.ts";

type Section = Readonly<Record<string, unknown>>;

/** The place of a configuration, and its class. */
interface ClassPlace extends ReadPlace {
  readonly className: string;
  readonly fields: KnownFields;
}

/** The fields that have a value. */
export function given(section: Section): Section {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value != null));
}

/** Warns of what stands at the top level and is read in a section, or nowhere. */
export function warnBeside(
  json: Section,
  { fields: own, ...place }: ClassPlace,
  sections: readonly SectionValues[],
): void {
  const beside = warnBesideSections(json, { own, sections, place });
  const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !beside.has(name)));
  warnUnknownFields(rest, own, place);
}

/** Warns of two places that differ and of which neither decides: the stored weights do, or nothing depends on it. */
export function warnOfFlags(json: Section, text: Section, { file, warn }: ReadPlace): void {
  for (const [name, decides] of [
    ["tie_word_embeddings", "what the weights hold decides"],
    ["pad_token_id", "neither changes an answer"],
  ] as const) {
    const [outer, inner] = [json[name], text[name]];
    if (outer != null && inner != null && outer !== inner) {
      warn(`${shownFile(file)}: ${name} is ${quote(outer)} and text_config.${name} is ${quote(inner)}; ${decides}.`);
    }
  }
}

/** Throws an Error unless a tower has the hidden state that is asked for: 0 is the input of its first layer, -1 the output of its last. */
export function requireHiddenState({ layers }: { readonly layers: number }, layer: number, place: SectionPlace): void {
  const states = layers + 1;
  if (layer >= -states && layer < states) return;
  throw new Error(
    `${place.file}: vision_feature_layer is ${layer}, but a tower of ${layers} layers has the hidden states ${-states} to ${states - 1}.`,
  );
}
