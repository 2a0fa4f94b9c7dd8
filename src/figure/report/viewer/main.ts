/** @file The viewer inside a report: reads the data of its page and draws them. */
import { formatShare } from "../../figure-style.ts";
import { reportDataElement, shareGroups } from "../report-data.ts";
import type { ReportData } from "../report-data.ts";
import { answerView } from "./answer-view.ts";
import { captionOf } from "./caption.ts";
import { displayControls, mapControls } from "./controls.ts";
import type { Controls } from "./controls.ts";
import { labelledSelect, make } from "./dom.ts";
import { evidenceView } from "./evidence-view.ts";
import { lensView } from "./lens-view.ts";
import { matrixView } from "./matrix-view.ts";
import { pictureView } from "./picture-view.ts";
import { loadPicture } from "./working-picture.ts";
import { openRecording } from "./recording.ts";
import type { Recording } from "./recording.ts";
import { initialSelection, isSignedMap, openStore, selectedMap } from "./selection.ts";
import type { Selection, TokenTint } from "./selection.ts";

function section(title: string, note: string, children: readonly Node[]): HTMLElement {
  const heading = make("h2", { children: [make("span", { text: title })] });
  if (note !== "") heading.append(make("small", { text: note }));
  return make("section", { attributes: { "aria-label": title }, children: [heading, ...children] });
}

/** One stacked bar of where the attention of the selection goes. */
function shareBar(recording: Recording): Controls {
  const parts = shareGroups.map((_, group) => make("span", { class: `part part-${group}` }));
  const numbers = shareGroups.map(() => make("b", { class: "number" }));
  const keys = shareGroups.map((name, group) =>
    make("li", {
      children: [
        make("i", { class: `part-${group}`, attributes: { "aria-hidden": "true" } }),
        make("span", { text: name }),
        numbers[group]!,
      ],
    }),
  );
  const bar = make("div", { class: "stack", attributes: { "aria-hidden": "true" }, children: parts });
  return {
    root: make("div", { children: [bar, make("ul", { class: "keys", children: keys })] }),
    draw(selection) {
      for (const [group, share] of recording.shares(selection.token, selection).entries()) {
        parts[group]!.style.width = `${share * 100}%`;
        numbers[group]!.textContent = formatShare(share);
      }
    },
  };
}

function smallPrint(data: ReportData): HTMLElement {
  const { model, attention } = data;
  const left =
    attention && attention.keptFrom > 0
      ? ` Maps of single heads are kept from layer ${attention.layers[attention.keptFrom] ?? "-"} on, to keep the file small; means of the heads and shares are kept of every layer.`
      : "";
  const text =
    `${model.name}, ${model.architecture}, ${model.precision}, ${model.layers} layers × ${model.heads} heads. ` +
    `Written by lvlm-interpret ${data.program}, run of ${data.created}. ` +
    "Attention is the probability after softmax, in the row of the position that predicts the token. Attention shows where a head reads from; it is no proof of a cause. " +
    (data.maps.some(({ target }) => target !== null)
      ? "Relevancy (Chefer, Gur, Wolf 2021) follows attention x gradient through all layers: exact takes the gradient of the token in every row, reference mixes gradients as the published tool did. The image part is the share of relevancy on the image, of that on image, question and earlier answer. "
      : "") +
    (data.sinks.length > 0
      ? "Attention sinks are image tokens that are far out among their picture's both by the attention that three quarters of the question and answer positions give them and by the norm of their hidden states. "
      : "") +
    "Maps are stored with one byte a patch, the square root of value / maximum of the map in 255 steps: the error is at most 0.4 % of the maximum of the map (signed maps: 127 steps, 0.8 %). Shares and probabilities are exact to 32 bits." +
    left;
  return make("footer", { class: "small", children: [make("p", { text })] });
}

async function start(): Promise<void> {
  const root = document.getElementById("report")!;
  const data = JSON.parse(document.getElementById(reportDataElement)!.textContent) as ReportData;
  const recording = openRecording(data);
  const pictures = await Promise.all(data.pictures.map(loadPicture));
  const live = make("div", { class: "spoken", attributes: { "aria-live": "polite" } });
  const said = (sentence: string): void => {
    live.textContent = sentence;
  };
  const draw = (selection: Selection): void => {
    for (const view of views) view.draw(selection);
  };
  const store = openStore(initialSelection(recording), draw);
  const answer = answerView(recording, store);
  const picture = pictureView(pictures, { store, said, sinks: recording.sinks });
  const choose = mapControls(recording, store);
  const display = displayControls(recording, store);
  const tint = labelledSelect(
    "Color tokens by",
    [
      { value: "part", label: "Image or text", disabled: !data.evidence },
      { value: "image", label: "Image attention", disabled: !data.attention },
      { value: "probability", label: "Probability" },
      { value: "patches", label: "Selected patches", disabled: !data.attention },
    ],
    (value) => store.set({ tint: value as TokenTint }),
  );
  const caption = make("p", { class: "caption" });
  const views: { draw(selection: Selection): void }[] = [
    answer,
    choose,
    display,
    {
      draw(selection) {
        tint.select.value = selection.tint;
        const { subject, detail, unit, missing } = captionOf(recording, selection);
        caption.replaceChildren(make("strong", { text: subject }), make("span", { text: detail }));
        if (data.pictures.length === 0) return;
        picture.draw(selection, selectedMap(recording, selection), {
          ...{ unit, missing },
          signed: isSignedMap(data, selection),
        });
      },
    },
  ];
  const right: HTMLElement[] = [];
  if (data.evidence) {
    const evidence = evidenceView(recording, data.evidence, store);
    views.push(evidence);
    right.push(section("Text against image", "exact relevancy of the language model", [evidence.root]));
  }
  if (data.attention) {
    const matrix = matrixView(recording, pictures, { store, said });
    const shares = shareBar(recording);
    views.push(matrix, shares);
    const cells = labelledSelect(
      "Cells",
      [
        { value: "maps", label: "Maps" },
        { value: "means", label: "Means" },
      ],
      (value) => store.set({ cells: value === "means" ? "means" : "maps" }),
    );
    right.push(
      section("All layers and heads", `${data.attention.layers.length} layers × ${data.attention.heads} heads`, [
        cells.root,
        matrix.root,
      ]),
      section("Where its attention goes", "for the chosen layer and head", [shares.root]),
    );
  }
  if (data.lens) {
    right.push(section("Logit lens", "cell: top token and its probability", [lensView(data.lens, data.tokens)]));
  }
  const pictureParts = data.pictures.length > 0 ? [caption, picture.root, choose.root, display.root] : [choose.root];
  root.append(
    make("header", {
      children: [
        make("h1", { text: data.question === "" ? "Report" : data.question }),
        make("p", { class: "small", text: `${data.model.name} · ${data.model.precision}` }),
      ],
    }),
    section("Answer", data.answer.trim(), [
      make("div", {
        class: "answer",
        children: [make("div", { children: [tint.root, answer.root] }), answer.details],
      }),
    ]),
    make("main", {
      children: [section("Picture", "", pictureParts), make("div", { children: right })],
    }),
    smallPrint(data),
    live,
  );
  draw(store.get());
  window.addEventListener("resize", () => store.set({}));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => store.set({}));
}

start().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  document
    .getElementById("report")
    ?.append(make("p", { text: `This report cannot be shown: ${message}`, attributes: { role: "alert" } }));
});
