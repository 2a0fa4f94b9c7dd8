/** @file The environment of a user, for programs that tests start. */

/** Variables by which libraries send less while they are tested, and by which they would send through another computer. */
const tellTale = /^(CI|ORT_.*|GITHUB_ACTIONS|VITEST.*|(https?|all|no)_proxy|DO_NOT_TRACK)$/i;

/** This process's variables without those that a user's terminal does not have. */
export function userEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !tellTale.test(name)));
}
