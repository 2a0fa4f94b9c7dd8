/** @file Picture files of every format that is read, with their parts changed. */
import sharp, { type Sharp } from "sharp";
import { decodeImage } from "../../../src/image/decode.ts";
import { mutateBytes } from "../byte-mutations.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import type { Random } from "../random.ts";
import { mutateBoxes, mutateJpeg, mutatePng, mutateTiff } from "./picture-parts.ts";

interface Seed {
  readonly bytes: Uint8Array;
  readonly mutate: (file: Uint8Array, random: Random) => Uint8Array;
}

const width = 19;
const height = 13;

/** A picture of a color gradient; `channels` with 4 has transparency. */
function gradient(channels: 3 | 4): Sharp {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7) % 256);
  return sharp(data, { raw: { width, height, channels } });
}

async function seedsOf(): Promise<Seed[]> {
  const made: [Promise<Buffer>, Seed["mutate"]][] = [
    [gradient(3).png().toBuffer(), mutatePng],
    [gradient(4).png().toBuffer(), mutatePng],
    [gradient(3).png({ palette: true }).toBuffer(), mutatePng],
    [gradient(4).png({ progressive: true }).toBuffer(), mutatePng],
    [gradient(3).toColourspace("rgb16").png().toBuffer(), mutatePng],
    [gradient(3).toColourspace("grey16").png().toBuffer(), mutatePng],
    [gradient(3).jpeg().toBuffer(), mutateJpeg],
    [gradient(3).jpeg({ progressive: true, chromaSubsampling: "4:4:4" }).toBuffer(), mutateJpeg],
    [gradient(3).toColourspace("cmyk").jpeg().toBuffer(), mutateJpeg],
    [
      gradient(3)
        .withExif({ IFD0: { Copyright: "x" } })
        .jpeg()
        .toBuffer(),
      mutateJpeg,
    ],
    [gradient(3).tiff({ compression: "none" }).toBuffer(), mutateTiff],
    [gradient(4).tiff({ compression: "lzw", predictor: "horizontal" }).toBuffer(), mutateTiff],
    [gradient(3).tiff({ compression: "jpeg" }).toBuffer(), mutateTiff],
    [gradient(3).tiff({ compression: "deflate", tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(), mutateTiff],
    [gradient(3).gif().toBuffer(), mutateBytes],
    [gradient(3).webp().toBuffer(), mutateBoxes],
    [gradient(4).webp({ lossless: true }).toBuffer(), mutateBoxes],
    [gradient(3).avif({ effort: 0 }).toBuffer(), mutateBoxes],
  ];
  return Promise.all(made.map(async ([bytes, mutate]) => ({ bytes: new Uint8Array(await bytes), mutate })));
}

export const pictureKind: FuzzKind = {
  name: "picture",
  label: "picture",
  share: 50,
  async open() {
    const seeds = await seedsOf();
    return {
      async tryInput(random, show) {
        const { bytes: seed, mutate } = random.pick(seeds);
        const parts = random.chance(0.8) ? mutate(seed, random) : seed;
        const bytes = random.chance(0.3) ? mutateBytes(parts, random) : parts;
        show(Buffer.from(bytes).toString("base64"));
        const { image, ...facts } = await decodeImage(bytes, { name: "a.png", orient: random.chance(0.8) });
        if (image.data.length !== 3 * image.width * image.height) throw new PropertyFault("The picture has holes.");
        if (facts.width !== image.width || facts.height !== image.height)
          throw new PropertyFault("Two sizes of one picture.");
      },
    };
  },
};
