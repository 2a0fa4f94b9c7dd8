/** @file The methods that a recording can name. Everything that concerns all of them reads this list. */
import { attention } from "./attention.ts";
import { gradCam } from "./grad-cam.ts";
import { gradientRollout } from "./gradient-rollout.ts";
import { integratedGradients } from "./integrated-gradients.ts";
import { lens } from "./lens.ts";
import { lrp } from "./lrp.ts";
import type { MethodModule } from "./method.ts";
import { exactRelevancy } from "./relevancy-exact.ts";
import { referenceRelevancy } from "./relevancy-reference.ts";
import { rollout } from "./rollout.ts";
import { tokenActivationMap } from "./token-activation-map.ts";

/** In the order in which a run names them. */
export const methodModules: readonly MethodModule[] = [
  attention,
  rollout,
  lens,
  tokenActivationMap,
  exactRelevancy,
  referenceRelevancy,
  gradientRollout,
  gradCam,
  lrp,
  integratedGradients,
];
