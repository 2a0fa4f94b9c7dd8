/** @file What the Verify tab shows of the open run, as it follows from the selection and arrives. */
import { live } from "../data/live.ts";
import type { VerifyRequest } from "../../src/run/measures.ts";
import { quoted, shownToken } from "../../src/figure/token-names.ts";
import { createKept } from "../data/kept.ts";
import { chosenTokens } from "../run/chosen-tokens.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Page } from "../state/page.svelte.ts";
import { chosenEvidence } from "./evidence/chosen-evidence.ts";
import { earlierTestsOf, fittingTest, testsOf } from "./fitting-test.ts";
import { isNothing, membersOf, type MaskedEvidence, type NothingToMask } from "./evidence/masked-evidence.ts";
import {
  measuresOf,
  rivalOf,
  usualChoices,
  verifyRequest,
  wholePictureRequest,
  type TestChoices,
} from "./verify-requests.ts";

export function createVerifyView(page: Page, openRun: () => OpenRun) {
  const keepToken = createKept<number>();
  const keepState = createKept<MaskedEvidence | NothingToMask>();
  let choices = $state.raw<TestChoices>(usualChoices);

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
    masked && token !== undefined
      ? verifyRequest(masked, { token, selection, choices, rival: rivalOf(run.document.description, token) })
      : undefined,
  );
  const measures = $derived(measuresOf(run));
  const result = $derived(request && fittingTest(measures, request));
  const pictureRequest = $derived(token === undefined ? undefined : wholePictureRequest(run, selection, token));
  const pictureResult = $derived(pictureRequest && fittingTest(measures, pictureRequest));
  const tests = $derived(token === undefined ? [] : testsOf(measures, token));
  const earlier = $derived(token === undefined ? [] : earlierTestsOf(measures, token));
  const text = $derived.by(() => {
    const { tokens, answer } = run.document.description;
    return token === undefined ? "" : shownToken({ tokens }, answer.start + token);
  });

  return live(
    {
      run: () => run,
      /** The answer token whose probability is measured; of several selected ones the first. */
      token: () => token,
      selectedTokens: () => chosen.length,
      /** Its text, and the same in quotation marks. */
      text: () => text,
      word: () => quoted(text),
      selection: () => selection,
      /** What is masked, or why there is nothing to mask; the old one while the next is on its way. */
      state: () => state,
      masked: () => masked,
      members: () => members,
      choices: () => choices,
      /** The test that *Ask again* would make. */
      request: () => request,
      measures: () => measures,
      /** The newest test of what is masked. */
      result: () => result,
      /** The test of the whole picture; undefined where there is no picture. */
      pictureRequest: () => pictureRequest,
      pictureResult: () => pictureResult,
      /** Every test of the token, the newest first. */
      tests: () => tests,
      /** Those that an earlier version of the program made. */
      earlier: () => earlier,
    },
    {
      choose(next: Partial<TestChoices>) {
        choices = { ...choices, ...next };
      },
    },
  );
}

export type VerifyView = ReturnType<typeof createVerifyView>;
