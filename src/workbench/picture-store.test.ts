/** @file Tests of the store of pictures: what it takes, and what it drops. */
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { pictureLimits, pictureStore } from "./picture-store.ts";

async function png(width: number): Promise<Uint8Array> {
  const picture = sharp({ create: { width, height: 10, channels: 3, background: "#123456" } });
  return new Uint8Array(await picture.png().toBuffer());
}
const small = await png(20);

describe("pictureStore", () => {
  test("gives the bytes back, with what is known of them", async () => {
    const store = pictureStore();
    const stored = await store.add({ name: "../../a.png", bytes: small });
    expect(stored).toMatchObject({ name: "a.png", mediaType: "image/png", width: 20, height: 10 });
    expect(store.file(stored.id)).toEqual({ name: "a.png", mediaType: "image/png", bytes: small });
    store.clear();
    expect(() => store.get(stored.id)).toThrow(/There is no picture/);
  });

  test("refuses what is no picture, and what is too large before it is decoded", async () => {
    const store = pictureStore();
    const text = new TextEncoder().encode("no picture");
    await expect(store.add({ name: "a.png", bytes: text })).rejects.toMatchObject({ code: "bad-request" });
    const cut = store.add({ name: "a.png", bytes: small.subarray(0, 60) });
    await expect(cut).rejects.toMatchObject({ code: "bad-request" });
    const bytes = new Uint8Array(pictureLimits.bytes + 1);
    await expect(store.add({ name: "a.png", bytes })).rejects.toMatchObject({ code: "too-large" });
    const strict = pictureStore({ sampleBytes: 599 });
    await expect(strict.add({ name: "a.png", bytes: small })).rejects.toMatchObject({
      code: "too-large",
      message:
        "The picture a.png has 20 x 10 pixels, with 3 channels of 8 bits 600 bytes, more than the limit of 599; make it smaller first.",
    });
  });

  test("says what is lost of samples of more than 8 bits", async () => {
    const raw = { width: 3, height: 1, channels: 1, depth: "ushort" } as const;
    const samples = sharp(Uint16Array.of(300, 2000, 4095), { raw }).toColourspace("grey16");
    const stored = await pictureStore().add({
      name: "xray.png",
      bytes: new Uint8Array(await samples.png().toBuffer()),
    });
    expect(stored.loss).toMatchObject({ low: 300, high: 4095 });
    expect(stored.loss!.text).toMatch(/^The picture xray.png comes out white in 100 % of its pixels/);
    expect((await pictureStore().add({ name: "a.png", bytes: small })).loss).toBeUndefined();
  });

  test("drops the one that was not asked for the longest, by number and by bytes", async () => {
    const store = pictureStore({ count: 2 });
    const [a, b] = [await store.add({ name: "a", bytes: small }), await store.add({ name: "b", bytes: small })];
    store.get(a.id);
    const c = await store.add({ name: "c", bytes: small });
    expect(() => store.get(b.id)).toThrow(/add it again/);
    expect(store.get(a.id).stored).toEqual(a);
    expect(store.get(c.id).stored).toEqual(c);
    const tight = pictureStore({ bytes: small.length });
    const first = await tight.add({ name: "a", bytes: small });
    const second = await tight.add({ name: "b", bytes: small });
    expect(() => tight.get(first.id)).toThrow();
    expect(tight.get(second.id).bytes).toBe(small);
  });
});
