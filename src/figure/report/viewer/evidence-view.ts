/** @file Text against image: what each answer token rests on, and the inputs behind the selected one. */
import { formatMapValue, formatShare } from "../../figure-style.ts";
import { targetText } from "../../target-text.ts";
import type { ReportEvidence, ReportEvidenceEntry } from "../report-data.ts";
import { make } from "./dom.ts";
import type { Recording } from "./recording.ts";
import type { Selection, Store } from "./selection.ts";

export interface EvidenceView {
  readonly root: HTMLElement;
  draw(selection: Selection): void;
}

/** A bar of some length on a track, for the eye only. */
function track(share: number, className: string): HTMLElement {
  const bar = make("i");
  bar.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  const ground = make("span", { class: className, attributes: { "aria-hidden": "true" }, children: [bar] });
  return make("td", { class: "track", children: [ground] });
}

/** One row per answer word, or per token where words were not explained whole; a click chooses its first token. */
function partTable(evidence: ReportEvidence, store: Store) {
  const entries = evidence.words.length > 0 ? evidence.words : evidence.tokens;
  const rows = entries.map((entry) => {
    const button = make("button", { class: "plain", text: entry.text, attributes: { type: "button" } });
    button.addEventListener("click", () => store.set({ token: entry.tokens[0]! }));
    const row = make("tr", {
      children: [
        make("th", { attributes: { scope: "row" }, children: [button] }),
        track(entry.imagePart ?? 0, entry.imagePart === null ? "" : "split"),
        make("td", { class: "number", text: entry.imagePart === null ? "-" : formatShare(entry.imagePart) }),
      ],
    });
    return { entry, row, button };
  });
  const table = make("table", {
    class: "bars",
    children: [
      make("caption", {
        text: "Image part of each answer word, 0 to 1: blue image, orange question and earlier answer",
      }),
      make("tbody", { children: rows.map(({ row }) => row) }),
    ],
  });
  return {
    table,
    mark(token: number): void {
      for (const { entry, row, button } of rows) {
        const isChosen = entry.tokens.includes(token);
        row.className = isChosen ? "chosen" : "";
        button.setAttribute("aria-pressed", String(isChosen));
      }
    },
  };
}

function inputRow(
  { label, relevancy, imageToken }: ReportEvidenceEntry["inputs"][number],
  max: number,
  store: Store,
): HTMLElement {
  const name =
    imageToken === null
      ? make("span", { text: label })
      : make("button", { class: "plain", text: label, attributes: { type: "button", title: "Select this patch" } });
  if (imageToken !== null) {
    name.addEventListener("click", () => store.set({ patches: new Set([imageToken]) }));
  }
  return make("tr", {
    children: [
      make("th", { attributes: { scope: "row" }, children: [name] }),
      track(relevancy / max, imageToken === null ? "text" : "image"),
      make("td", { class: "number", text: formatMapValue(relevancy) }),
    ],
  });
}

/** The view of text against image. */
export function evidenceView({ data }: Recording, evidence: ReportEvidence, store: Store): EvidenceView {
  const parts = partTable(evidence, store);
  const caption = make("caption");
  const body = make("tbody");
  const behind = make("table", { class: "bars", children: [caption, body] });
  const nothing = make("p", { class: "small" });
  return {
    root: make("div", { class: "evidence", children: [parts.table, make("div", { children: [behind, nothing] })] }),
    draw({ token, scope }) {
      parts.mark(token);
      const groups = scope === "word" ? evidence.words : evidence.tokens;
      const entry = groups.find(({ tokens }) => tokens.includes(token));
      const isMissing = entry === undefined || entry.inputs.length === 0;
      behind.hidden = isMissing;
      nothing.textContent = isMissing ? `Nothing is known behind “${(data.tokens[token]?.text ?? "").trim()}”.` : "";
      if (isMissing) return;
      caption.textContent = `Behind the ${targetText(evidence.target, entry.text)}: relevancy, no unit; words are sums over their tokens`;
      const max = entry.inputs[0]!.relevancy;
      body.replaceChildren(...entry.inputs.map((input) => inputRow(input, max, store)));
    },
  };
}
