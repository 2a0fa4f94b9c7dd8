/** @file The Attention tab. */
import type { Tab } from "../map/tab.ts";

export const attentionTab: Tab = {
  label: "Attention",
  topic: ({ flow }) => (flow === "rollout" ? "rollout" : "attention-map"),
  showsWork: true,
  load: () => import("./contents.ts"),
};
