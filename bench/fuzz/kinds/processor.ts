/** @file What is done to pictures before a model sees them: processor_config.json and preprocessor_config.json. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readProcessor } from "../../../src/checkpoint-reader/processor.ts";
import type { Json } from "../json-mutations.ts";
import type { FuzzKind } from "../kind.ts";
import { changedFile } from "./configuration.ts";
import { jsonFiles } from "./seeds.ts";
import { diskFolder } from "../../../src/files/disk-folder.ts";

const older: Json[] = [
  {
    image_processor_type: "CLIPImageProcessor",
    crop_size: { height: 336, width: 336 },
    size: { shortest_edge: 336 },
    do_center_crop: true,
    do_convert_rgb: true,
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: [0.48, 0.45, 0.4],
    image_std: [0.26, 0.26, 0.27],
    resample: 3,
    rescale_factor: 0.00392156862745098,
  },
  { feature_extractor_type: "CLIPFeatureExtractor", size: 336, crop_size: 336 },
  { image_processor_type: "SiglipImageProcessor", size: { height: 384, width: 384 }, image_mean: 0.5, image_std: 0.5 },
];

export const processorKind: FuzzKind = {
  name: "processor",
  label: "picture processor",
  share: 60,
  open(folder) {
    const newer = [...jsonFiles("processor_config.json"), { image_token: "<image>", image_processor: older[0]! }];
    const olders = [...jsonFiles("preprocessor_config.json"), ...older];
    return {
      async tryInput(random, show) {
        const files = [
          ["processor_config.json", random.chance(0.6) ? changedFile(newer, random) : undefined],
          ["preprocessor_config.json", random.chance(0.6) ? changedFile(olders, random) : undefined],
        ] as const;
        show(files);
        for (const [name, text] of files) {
          const path = join(folder, name);
          if (text === undefined) rmSync(path, { force: true });
          else writeFileSync(path, text);
        }
        await readProcessor(diskFolder(folder));
      },
    };
  },
};
