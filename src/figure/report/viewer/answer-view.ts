/** @file The answer as buttons, tinted by a value, and the details of the selected token. */
import { formatMapValue, formatProbability, formatShare } from "../../figure-style.ts";
import { beginsWord, shownToken } from "../../token-strip.ts";
import { make } from "./dom.ts";
import type { Recording } from "./recording.ts";
import type { Selection, Store } from "./selection.ts";
import { lookUp } from "../../../tensor/look-up.ts";

export interface AnswerView {
  readonly root: HTMLElement;
  readonly details: HTMLElement;
  draw(selection: Selection): void;
}

interface Tint {
  /** Null where a token has no value. */
  readonly values: readonly (number | null)[];
  readonly max: number;
  readonly format: (value: number) => string;
  /** Two-sided tints go from text over neutral to image. */
  readonly color: "image" | "certain" | "part";
  readonly label: string;
}

/** The value of each answer token that tints it. */
function tintOf(recording: Recording, selection: Selection): Tint {
  const { tokens, evidence } = recording.data;
  if (selection.tint === "part" && evidence) {
    const parts = new Map(evidence.tokens.map((entry) => [entry.tokens[0]!, entry.imagePart]));
    return {
      values: tokens.map((_, token) => parts.get(token) ?? null),
      max: 1,
      format: formatShare,
      color: "part",
      label: "image part of exact relevancy",
    };
  }
  if (selection.tint === "probability" || !recording.data.attention) {
    return {
      values: tokens.map(({ probability }) => probability),
      max: 1,
      format: formatProbability,
      color: "certain",
      label: "probability",
    };
  }
  if (selection.tint === "patches") {
    const recorded = recording.attentionMap(selection.token, selection) !== null;
    const choice = recorded ? selection : { ...selection, head: null };
    const values = tokens.map((_, token) => {
      const map = recording.attentionMap(token, choice);
      let sum = 0;
      for (const patch of selection.patches) sum += map?.[patch] ?? 0;
      return sum;
    });
    const label = `attention on the selected patches${recorded ? "" : " (mean of all heads)"}`;
    return { values, max: Math.max(...values), format: formatMapValue, color: "image", label };
  }
  const values = tokens.map((_, token) => recording.shares(token, selection)[0]!);
  return {
    values,
    max: Math.max(...values),
    format: formatShare,
    color: "image",
    label: "share of attention on the image",
  };
}

/** The view of the answer. */
export function answerView(recording: Recording, store: Store): AnswerView {
  const { tokens } = recording.data;
  const list = make("div", { class: "tokens", attributes: { role: "group", "aria-label": "Answer tokens" } });
  const scale = make("p", { class: "small" });
  const details = make("div", { class: "details" });
  const buttons = tokens.map(({ text, special }, token) => {
    const word = make("span", { text: shownToken(text) });
    const bar = make("i", { attributes: { "aria-hidden": "true" } });
    const classes = `token${beginsWord(text, token) ? " word" : ""}${special ? " special" : ""}`;
    const button = make("button", { class: classes, attributes: { type: "button" }, children: [word, bar] });
    button.addEventListener("click", () => store.set({ token }));
    return { button, bar };
  });
  list.append(...buttons.map(({ button }) => button));
  list.addEventListener("keydown", (event) => {
    const step = lookUp({ ArrowLeft: -1, ArrowRight: 1 }, event.key);
    if (step === undefined) return;
    const token = Math.min(tokens.length - 1, Math.max(0, store.get().token + step));
    store.set({ token });
    buttons[token]?.button.focus();
    event.preventDefault();
  });

  const drawDetails = ({ token: index }: Selection): void => {
    const token = tokens[index];
    if (!token) return;
    const rows = token.alternatives.map(({ text, probability }) => {
      const bar = make("i", { attributes: { "aria-hidden": "true" } });
      bar.style.width = `${Math.max(1, probability * 100)}%`;
      return make("tr", {
        children: [
          make("th", { text: shownToken(text), attributes: { scope: "row" } }),
          make("td", { class: "track", children: [make("span", { children: [bar] })] }),
          make("td", { class: "number", text: formatProbability(probability) }),
        ],
      });
    });
    details.replaceChildren(
      make("strong", { class: "big", text: shownToken(token.text) }),
      make("p", {
        class: "small",
        text: `token ${index + 1} of ${tokens.length}, probability ${formatProbability(token.probability)}, surprise ${(-Math.log2(Math.max(token.probability, 1e-12))).toFixed(2).replace("-", "")} bits`,
      }),
      make("table", {
        children: [make("caption", { text: "Best tokens at this position" }), make("tbody", { children: rows })],
      }),
    );
  };

  return {
    root: make("div", { children: [list, scale] }),
    details,
    draw(selection) {
      const { values, max, format, color, label } = tintOf(recording, selection);
      const ends = color === "part" ? " (0 text, orange; 1 image, blue)" : "";
      scale.textContent = `Tint and bar: ${label}, 0 to ${format(max)}${ends}.`;
      for (const [token, { button, bar }] of buttons.entries()) {
        const value = values[token] ?? null;
        const share = value !== null && max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
        const tint = color === "part" && value !== null ? Math.abs(2 * share - 1) : share;
        button.style.setProperty("--share", `${(tint * 100).toFixed(1)}%`);
        button.dataset.color = color === "part" ? (share < 0.5 ? "text" : "image") : color;
        bar.style.width = `${share * 100}%`;
        button.setAttribute("aria-pressed", String(token === selection.token));
        const name = `${shownToken(tokens[token]!.text)}, ${label} ${value === null ? "not known" : format(value)}, probability ${formatProbability(tokens[token]!.probability)}`;
        button.setAttribute("aria-label", name);
        const others = tokens[token]!.alternatives.map(
          (each) => `${shownToken(each.text)} ${formatProbability(each.probability)}`,
        );
        button.title = [name, ...others].join("\n");
      }
      drawDetails(selection);
    },
  };
}
