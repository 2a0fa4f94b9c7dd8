/** @file What the models of the LLaVA family share: the two-layer projector, and the names of their weights. */
import type { LlavaConfig, LlavaNextConfig, LlavaOnevisionConfig, PixtralConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { activate } from "./blocks/activation.ts";
import type { LanguageDefinition } from "./definition.ts";
import { decoder } from "./decoder.ts";
import { linear, namesUnder, within } from "./weight-names.ts";

export const projectorNames = namesUnder(["model.multi_modal_projector.", "multi_modal_projector."]);
const languageNames = namesUnder(["model.language_model.", "language_model.model.", "model.language_model.model."]);
const headNames = namesUnder(["lm_head.", "language_model.lm_head.", "model.language_model.lm_head."]);
const newlineNames = namesUnder(["model.", ""])("image_newline");

/** Names of a language model beside a vision tower, over all layouts. */
export const languageParts = { transformer: languageNames, head: headNames };

/** Rotary frequencies are computed. */
export const unreadOfLanguage = /\.rotary_emb\.(inv_freq|original_inv_freq|cos_cached|sin_cached)$/;

type Config = Pick<
  LlavaConfig | LlavaNextConfig | LlavaOnevisionConfig | PixtralConfig,
  "projector" | "vision" | "language"
>;

/** features [rows, width of the tower] -> [rows, width of the language model], at the site `projector.output`. */
export function llavaProjector(g: GraphBuilder, features: Value, { projector, vision, language }: Config): Value {
  const { bias, activation, scale } = projector;
  const { width } = language;
  const wide = linear(g, features, {
    names: within(projectorNames, "linear_1."),
    from: vision.width,
    to: width,
    bias,
  });
  const second = within(projectorNames, "linear_2.");
  const projected = g.site(
    "projector.output",
    linear(g, activate(g, activation, wide), { names: second, from: width, to: width, bias }),
  );
  return scale === undefined ? projected : g.mul(projected, g.constant([scale]));
}

/** The learned image token that ends a row of patches, [1, width of the language model]. */
export function newlineRow(g: GraphBuilder, { language: { width } }: Config): Value {
  return g.weight(newlineNames, [width], [1, width]);
}

export function llavaLanguage({ language }: Pick<Config, "language">): LanguageDefinition {
  return decoder(language, languageParts);
}
