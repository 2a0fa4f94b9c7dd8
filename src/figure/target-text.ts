/** @file What of a token a method by gradient explains, in words. */

/** "raw logit of “right”"; `target` is `logit`, `logprob` or `contrast:TOKEN`. */
export function targetText(target: string, text: string): string {
  const rival = /^contrast:(.*)$/s.exec(target)?.[1];
  if (rival !== undefined) return `logit of “${text}” less the logit of “${rival}”`;
  return target === "logprob" ? `log-probability of “${text}”` : `raw logit of “${text}”`;
}
