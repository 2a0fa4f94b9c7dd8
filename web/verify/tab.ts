/** @file The Verify tab. */
import type { Tab } from "../map/tab.ts";

export const verifyTab: Tab = {
  label: "Verify",
  topic: () => "masked-map",
  load: () => import("./contents.ts"),
};
