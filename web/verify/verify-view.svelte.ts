/** @file What the Verify tab shows of the open run, as it follows from the selection and arrives. */
import type { VerifyRequest } from "../../src/run/measures.ts";
import { quoted, shownText } from "../../src/figure/token-names.ts";
import { createKept } from "../data/kept.ts";
import { chosenTokens } from "../run/chosen-tokens.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Page } from "../state/page.svelte.ts";
import { chosenEvidence } from "./evidence/chosen-evidence.ts";
import { fittingTest, testsOf } from "./fitting-test.ts";
import { isNothing, membersOf } from "./evidence/masked-evidence.ts";
import type { MaskedEvidence, NothingToMask } from "./evidence/masked-evidence.ts";
import { measuresOf, verifyRequest, wholePictureRequest } from "./verify-requests.ts";

export function createVerifyView(page: Page, openRun: () => OpenRun) {
  const keepToken = createKept<number>();
  const keepState = createKept<MaskedEvidence | NothingToMask>();
  let isMinimal = $state(false);

  const run = $derived(openRun());
  const { selection } = page;
  const chosen = $derived(chosenTokens(run, selection));
  const token = $derived(keepToken(run.id, chosen[0]));
  const state = $derived.by(() => {
    const found = token === undefined ? undefined : chosenEvidence(run, selection, token);
    return keepState(run.id, found);
  });
  const masked = $derived(state === undefined || isNothing(state) ? undefined : state);
  const members = $derived(masked && membersOf(run, masked.evidence));
  const request = $derived<VerifyRequest | undefined>(
    masked && token !== undefined ? verifyRequest(masked, { token, selection, minimal: isMinimal }) : undefined,
  );
  const measures = $derived(measuresOf(run));
  const result = $derived(request && fittingTest(measures, request));
  const pictureRequest = $derived(token === undefined ? undefined : wholePictureRequest(run, selection, token));
  const pictureResult = $derived(pictureRequest && fittingTest(measures, pictureRequest));
  const tests = $derived(token === undefined ? [] : testsOf(measures, token));
  const text = $derived.by(() => {
    const { tokens, answer } = run.document.description;
    return token === undefined ? "" : shownText(tokens[answer.start + token]!.text);
  });

  return {
    get run() {
      return run;
    },
    /** The answer token whose probability is measured; of several selected ones the first. */
    get token() {
      return token;
    },
    get selectedTokens() {
      return chosen.length;
    },
    /** Its text, and the same in quotation marks. */
    get text() {
      return text;
    },
    get word() {
      return quoted(text);
    },
    get selection() {
      return selection;
    },
    /** What is masked, or why there is nothing to mask; the old one while the next is on its way. */
    get state() {
      return state;
    },
    get masked() {
      return masked;
    },
    get members() {
      return members;
    },
    get isMinimal() {
      return isMinimal;
    },
    searchMinimal(next: boolean) {
      isMinimal = next;
    },
    /** The test that *Ask again* would make. */
    get request() {
      return request;
    },
    get measures() {
      return measures;
    },
    /** The newest test of what is masked. */
    get result() {
      return result;
    },
    /** The test of the whole picture; undefined where there is no picture. */
    get pictureRequest() {
      return pictureRequest;
    },
    get pictureResult() {
      return pictureResult;
    },
    /** Every test of the token, the newest first. */
    get tests() {
      return tests;
    },
  };
}

export type VerifyView = ReturnType<typeof createVerifyView>;
