/** @file The name of this program as it stands in the files that it writes, which are known by it. */

export const programMark = "lvlm-interpret";
