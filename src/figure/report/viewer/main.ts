/** @file The viewer inside a report: reads the data of its page and draws them. */
import { sequentialColorMaps } from "../../color-map.ts";
import { formatShare } from "../../figure-style.ts";
import { shownToken } from "../../token-strip.ts";
import { reportDataElement, shareGroups } from "../report-data.ts";
import type { ReportData } from "../report-data.ts";
import { answerView } from "./answer-view.ts";
import { labelledCheck, labelledRange, labelledSelect, make } from "./dom.ts";
import { lensView } from "./lens-view.ts";
import { matrixView } from "./matrix-view.ts";
import { loadPicture, pictureView } from "./picture-view.ts";
import { openRecording } from "./recording.ts";
import type { Recording } from "./recording.ts";
import { initialSelection, openStore, selectedMap } from "./selection.ts";
import type { Selection, Store, TokenTint } from "./selection.ts";

const mean = "mean";

function section(title: string, note: string, children: readonly Node[]): HTMLElement {
  const heading = make("h2", { children: [make("span", { text: title })] });
  if (note !== "") heading.append(make("small", { text: note }));
  return make("section", { attributes: { "aria-label": title }, children: [heading, ...children] });
}

/** What the picture shows, in words: the subject, and how exactly. */
function captionOf({ data }: Recording, selection: Selection): { subject: string; detail: string; unit: string } {
  const word = shownToken(data.tokens[selection.token]?.text ?? "");
  const other = selection.map === null ? undefined : data.maps[selection.map];
  if (other)
    return { subject: other.label, detail: `${other.detail}, for “${word}”`, unit: `${other.unit}, per image token` };
  const layer = selection.layer === null ? null : data.attention?.layers[selection.layer];
  const where =
    layer === null || layer === undefined
      ? "mean of all layers and heads"
      : `layer ${layer}, ${selection.head === null ? "mean of all heads" : `head ${selection.head}`}`;
  return {
    subject: "Attention",
    detail: `${where}, from the position that predicts “${word}”`,
    unit: "attention weight per image token",
  };
}

interface Controls {
  readonly root: HTMLElement;
  draw(selection: Selection): void;
}

/** Map, layer and head. */
function attentionControls({ data }: Recording, store: Store): Controls {
  const layers = data.attention?.layers ?? [];
  const map = labelledSelect(
    "Map",
    [
      ...(data.attention ? [{ value: "attention", label: "Attention" }] : []),
      ...data.maps.map(({ label }, index) => ({ value: String(index), label })),
    ],
    (value) => store.set({ map: value === "attention" ? null : Number(value) }),
  );
  const slider = labelledRange("Layer", { min: -1, max: layers.length - 1, step: 1 }, (value) =>
    store.set({ layer: value < 0 ? null : value, head: value < 0 ? null : store.get().head }),
  );
  const head = labelledSelect(
    "Head",
    [
      { value: mean, label: "mean of all heads" },
      ...Array.from({ length: data.attention?.heads ?? 0 }, (_, each) => ({
        value: String(each),
        label: `head ${each}`,
      })),
    ],
    (value) => store.set({ head: value === mean ? null : Number(value) }),
  );
  return {
    root: make("div", { class: "controls", children: [map.root, slider.root, head.root] }),
    draw(selection) {
      map.select.value = selection.map === null ? "attention" : String(selection.map);
      slider.input.value = String(selection.layer ?? -1);
      const layer = selection.layer === null ? null : layers[selection.layer]!;
      slider.output.textContent = layer === null ? "mean of all" : `${layer} (0 to ${data.model.layers - 1})`;
      slider.input.setAttribute("aria-valuetext", layer === null ? "mean of all layers" : `layer ${layer}`);
      head.select.value = selection.head === null ? mean : String(selection.head);
      head.select.disabled = selection.layer === null;
      slider.root.hidden = head.root.hidden = selection.map !== null;
    },
  };
}

/** Picture, opacity, color map and the switches. */
function displayControls({ data }: Recording, store: Store): Controls {
  const opacity = labelledRange("Opacity", { min: 0, max: 100, step: 5 }, (value) =>
    store.set({ opacity: value / 100 }),
  );
  const colors = labelledSelect(
    "Color map",
    sequentialColorMaps.map((name) => ({ value: name, label: name })),
    (value) => store.set({ colorMap: sequentialColorMaps.find((name) => name === value) ?? "viridis" }),
  );
  const choices = data.pictures.map(({ name }, index) => ({ value: String(index), label: `${index + 1}: ${name}` }));
  const picture = labelledSelect("Picture", choices, (value) => store.set({ picture: Number(value) }));
  const controls = [opacity.root, colors.root];
  if (data.pictures.length > 1) controls.unshift(picture.root);
  const { smooth, greyPicture } = store.get();
  controls.push(
    labelledCheck("Smooth", smooth, (checked) => store.set({ smooth: checked })),
    labelledCheck("Grey picture", greyPicture, (checked) => store.set({ greyPicture: checked })),
  );
  return {
    root: make("div", { class: "controls", children: controls }),
    draw(selection) {
      opacity.input.value = String(Math.round(selection.opacity * 100));
      opacity.output.textContent = `${Math.round(selection.opacity * 100)} %`;
      colors.select.value = selection.colorMap;
      picture.select.value = String(selection.picture);
    },
  };
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
    "Maps are stored with one byte a patch, the square root of value / maximum of the map in 255 steps: the error is at most 0.4 % of the maximum of the map. Shares and probabilities are exact to 32 bits." +
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
  const picture = pictureView(pictures, store, said);
  const choose = attentionControls(recording, store);
  const display = displayControls(recording, store);
  const tint = labelledSelect(
    "Color tokens by",
    [
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
        const { subject, detail, unit } = captionOf(recording, selection);
        caption.replaceChildren(make("strong", { text: subject }), make("span", { text: detail }));
        if (data.pictures.length === 0) return;
        picture.draw(selection, selectedMap(recording, selection), { unit });
      },
    },
  ];
  const right: HTMLElement[] = [];
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
