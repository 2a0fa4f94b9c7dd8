/** @file The views of the page that the gallery draws: each tab with its sub-views, places, editor, dialogs and menus, and phones. */
import type { Page } from "playwright-core";

export interface View {
  /** The name of its pictures, without color scheme and ending. */
  readonly name: string;
  /** The hash of the address. */
  readonly hash: string;
  /** A picture of the documents, below the root of the repository, in place of the page. */
  readonly document?: string;
  /** True for the HTML report of the run "arrow", opened from the disk. */
  readonly report?: true;
  /** Text that is on show when the view is there. */
  readonly shows: string | RegExp;
  /** Opens what the picture is about. */
  readonly act?: (page: Page) => Promise<void>;
  /** Selector of what is drawn of the view, such as an open menu; the whole page if not given. */
  readonly part?: string;
  /** CSS pixels; 1280 x 800 if not given. */
  readonly width?: number;
  readonly height?: number;
  /** True for a view that is drawn as high as what it shows, which scrolls otherwise. */
  readonly whole?: true;
  /** True to compare the figures of the view, too. */
  readonly figures?: true;
}

/** Text that each tab shows when it is complete. */
const tabs = {
  attention: "All layers and heads",
  relevancy: "Words of the answer",
  causes: "Heads by importance",
  verify: "Does the picture matter at all?",
  layers: "Top words of the patches",
  compare: "How faithful each method is",
} as const;

/**
 * A view of a tab with the answer token “right.”, and what else the hash selects. Maps are drawn as cells unless the hash says otherwise:
 * the files of smooth ones are several times as large.
 */
function ofTab(tab: keyof typeof tabs, name: string, { hash = "", ...more }: Partial<View> = {}): View {
  const parts = [
    "run=arrow&tok=4",
    tab === "attention" ? "" : `tab=${tab}`,
    hash,
    hash.includes("smooth") ? "" : "smooth=0",
  ];
  return { name, hash: parts.filter((part) => part !== "").join("&"), shows: tabs[tab], ...more };
}

const press = (name: string | RegExp) => async (page: Page) => {
  await page.getByRole("button", { name }).first().click();
};

/** The patches of the arrow, and the head that reads it. */
const arrow = "patches=145-148,159-162,173-176";
const head = "layer=5&head=4";
const tiles = "run=tiles&tok=1&smooth=0&grid=1";
/** All tokens, with the first part of the picture and one of its rows open. */
const allTokens = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: "What the answer shows" }).click();
  await page.getByRole("menuitemradio", { name: /Show all tokens/ }).click();
  await page.getByRole("button", { name: /picture 1, 3 tiles/ }).click();
  await page.getByRole("button", { name: /row 1/ }).click();
};
const start = { hash: "", shows: "See why a vision-language model answers as it does" } as const;
const popover = "[popover]:popover-open";
const dialog = "dialog[open]";
const phone = { width: 390, height: 844 } as const;
const all = { whole: true, figures: true } as const;

export const views: readonly View[] = [
  { name: "start", ...start },
  { name: "runs", hash: "view=runs", shows: "arrow-up" },
  { name: "missing-run", hash: "run=gone", shows: /gone/, part: "[role=alert]" },

  ofTab("attention", "attention", all),
  ofTab("attention", "attention-head", { hash: `${head}&${arrow}`, ...all }),
  ofTab("attention", "attention-means", { hash: `${head}&cells=means&scale=all`, figures: true }),
  ofTab("attention", "attention-question", { hash: `${head}&from=question&words=210`, figures: true }),
  ofTab("attention", "attention-to-question", { hash: `${head}&to=question`, ...all }),
  ofTab("attention", "attention-rollout", { hash: "flow=rollout", shows: "Attention rollout", figures: true }),
  ofTab("attention", "tokens-by-attention", { hash: `${head}&by=attention` }),
  ofTab("attention", "tokens-by-surprise", { hash: `${head}&by=surprise&smooth=1` }),
  ofTab("attention", "map-as-cells", { hash: `${head}&grid=1&grey=0&cmap=magma&opacity=60` }),

  {
    name: "tiles",
    hash: tiles,
    shows: tabs.attention,
    figures: true,
    act: async (page) => page.locator(".stage canvas.patches").focus(),
  },
  {
    name: "tiles-finest",
    hash: `${tiles}&grids=finest&tab=relevancy&patches=11`,
    shows: tabs.relevancy,
    part: ".stage",
  },
  { name: "tiles-input", hash: `${tiles}&mode=input&input=2`, shows: /Tile 2 of 3/, part: "section.picture" },
  { name: "tiles-tokens", hash: tiles, shows: tabs.attention, part: "section.answer", act: allTokens },

  ofTab("relevancy", "relevancy", all),
  ofTab("relevancy", "relevancy-reference", { hash: "variant=reference&part=combined2", ...all }),
  ofTab("relevancy", "relevancy-word", { hash: "scope=word&part=vision", figures: true }),
  ofTab("relevancy", "relevancy-lrp", { hash: "part=lrp", figures: true }),
  ofTab("relevancy", "relevancy-grad-cam", { hash: "part=grad-cam" }),

  ofTab("causes", "causes-verified", { shows: "Find the causes" }),
  ofTab("causes", "causes", { hash: `causes=head&${head}`, ...all }),
  ofTab("causes", "causes-tree", { hash: `causes=head&${head}&cview=tree&radius=2`, figures: true }),
  ofTab("causes", "causes-other-layer", {
    hash: "causes=head&clayer=2",
    shows: /attention of layer 2 was not recorded whole/,
  }),

  // Causes of the picture are confirmed and those of the question are not; then neither is found.
  { name: "causes-found", hash: "run=cup&tab=causes&smooth=0", shows: "Smallest causes", ...all },
  { name: "causes-none", hash: "run=cup-full&tab=causes&smooth=0", shows: "Smallest causes", ...all },
  {
    name: "causes-tested",
    hash: "run=cup-full&tab=causes&causes=head&chead=1&smooth=0",
    shows: "Tested sets of the graphs",
    ...all,
  },

  ofTab("verify", "verify", { hash: `${head}&${arrow}`, ...all }),
  ofTab("verify", "verify-picture", { hash: `${head}&mask=picture`, figures: true }),
  ofTab("verify", "verify-edges", { hash: `${arrow}&mask=edges&elayers=0-3` }),
  ofTab("verify", "verify-heads", { hash: `${head}&mask=heads&count=3` }),

  ofTab("layers", "layers", all),
  ofTab("layers", "layers-token", { hash: "llayer=4&lens=token", figures: true }),

  ofTab("compare", "compare-methods", all),
  ofTab("compare", "compare-grounding", { hash: "sub=grounding", shows: "Grounding of each word", ...all }),
  ofTab("compare", "compare-runs", { hash: "b=arrow-up&sub=runs", shows: "Run A and run B", ...all }),
  ofTab("compare", "compare-one-run", { hash: "sub=runs", shows: /^Two runs are compared here/ }),

  ofTab("attention", "edit", { hash: "mode=edit", shows: "Use this picture" }),
  ofTab("attention", "model-input", { hash: "mode=input", shows: "what the vision tower receives" }),

  ofTab("attention", "table", { act: press(/^Show as table: All layers/), part: "aside" }),
  ofTab("attention", "explanation", { act: explainFigure, part: dialog }),
  ofTab("attention", "keys", { act: press(/^Help/), part: dialog }),
  ofTab("attention", "model-menu", { act: press(/^demo/), part: popover }),
  ofTab("attention", "run-menu", { act: press(/^arrow Which/), part: popover }),
  ofTab("attention", "export-menu", { act: press(/^Export/), part: popover }),
  ofTab("attention", "share-menu", { act: press(/^Share/), part: popover }),
  ofTab("attention", "sampling", { act: press(/^greedy/), part: popover }),
  ofTab("relevancy", "contrast", { act: press("Why not…"), part: popover }),

  {
    name: "question-to-pixels",
    document: "docs/images/question-to-pixels.svg",
    hash: "",
    shows: "Measure and compute on demand",
    width: 1040,
    height: 640,
  },

  ofTab("attention", "report", { hash: `${head}&${arrow}`, report: true }),
  ofTab("verify", "report-verify", { report: true }),

  { name: "phone-start", ...start, ...phone },
  ofTab("attention", "phone-attention", { hash: head, whole: true, ...phone }),
  ofTab("relevancy", "phone-relevancy", { ...phone }),
  ofTab("causes", "phone-causes", { hash: `causes=head&${head}`, ...phone }),
];

async function explainFigure(page: Page): Promise<void> {
  await page.getByRole("button", { name: "What is this? All layers and heads" }).click();
  await page.getByRole("dialog").waitFor();
}
