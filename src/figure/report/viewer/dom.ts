/** @file Building elements: texts are always set as text, never as HTML. */

export interface ElementParts {
  readonly class?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly Node[];
}

/** A new element with these parts. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { class: className, text, attributes = {}, children = [] }: ElementParts = {},
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className !== undefined) element.className = className;
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

/** A labelled select; `change` gets the chosen value. */
export function labelledSelect(
  label: string,
  choices: readonly Choice[],
  change: (value: string) => void,
): { readonly root: HTMLLabelElement; readonly select: HTMLSelectElement } {
  const select = make("select");
  for (const { value, label: text, disabled = false } of choices) {
    const option = make("option", { text, attributes: { value } });
    option.disabled = disabled;
    select.append(option);
  }
  select.addEventListener("change", () => change(select.value));
  return { root: make("label", { class: "control", children: [make("span", { text: label }), select] }), select };
}

/** A labelled check box. */
export function labelledCheck(label: string, checked: boolean, change: (checked: boolean) => void): HTMLLabelElement {
  const input = make("input", { attributes: { type: "checkbox" } });
  input.checked = checked;
  input.addEventListener("change", () => change(input.checked));
  return make("label", { class: "control", children: [input, make("span", { text: label })] });
}

/** A labelled slider with its value written beside it. */
export function labelledRange(
  label: string,
  { min, max, step }: { readonly min: number; readonly max: number; readonly step: number },
  change: (value: number) => void,
): { readonly root: HTMLLabelElement; readonly input: HTMLInputElement; readonly output: HTMLElement } {
  const input = make("input", {
    attributes: { type: "range", min: String(min), max: String(max), step: String(step) },
  });
  const output = make("output", { class: "number" });
  input.addEventListener("input", () => change(Number(input.value)));
  const root = make("label", { class: "control", children: [make("span", { text: label }), input, output] });
  return { root, input, output };
}

/** A canvas of this size in CSS pixels, sharp on dense screens, with its context in CSS pixels. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const density = window.devicePixelRatio;
  canvas.width = Math.max(1, Math.round(width * density));
  canvas.height = Math.max(1, Math.round(height * density));
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d")!;
  context.setTransform(density, 0, 0, density, 0, 0);
  return context;
}

/** RGBA pixels as a canvas of the same size. */
export function canvasOf(image: {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}): HTMLCanvasElement {
  const canvas = make("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d")!.putImageData(new ImageData(image.data, image.width, image.height), 0, 0);
  return canvas;
}
