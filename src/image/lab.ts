/** @file CIE Lab to 8-bit sRGB with the table that littlecms makes of the conversion, which is what Pillow applies. */

/** littlecms samples a conversion of three channels at 33 points an axis and interpolates between them. */
const points = 33;

/** XYZ relative to D50 to linear sRGB: the inverse of the primaries of sRGB adapted by Bradford's method. */
const fromXyz = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
] as const;

/** Inverse of the cube root of CIE Lab, with its straight part near black. */
function cubed(value: number): number {
  return value > 24 / 116 ? value ** 3 : (108 / 841) * (value - 16 / 116);
}

function encoded(linear: number): number {
  const light = Math.min(1, Math.max(0, linear));
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** [lightness, a, b, channel] of 16-bit sRGB. */
function makeTable(): Float32Array {
  const table = new Float32Array(points ** 3 * 3);
  const stored = Array.from({ length: points }, (_, point) => Math.round((point / (points - 1)) * 65535));
  let at = 0;
  for (const lightness of stored) {
    const y = ((lightness / 65535) * 100 + 16) / 116;
    for (const a of stored) {
      const x = y + (a / 257 - 128) / 500;
      for (const b of stored) {
        const z = y - (b / 257 - 128) / 200;
        const xyz = [0.9642 * cubed(x), cubed(y), 0.8249 * cubed(z)] as const;
        for (const row of fromXyz) {
          table[at++] = Math.round(encoded(row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2]) * 65535);
        }
      }
    }
  }
  return table;
}

/** Converts a row of 8-bit Lab, lightness unsigned and both colors signed, in the first three of `channels` samples a pixel. */
export type LabRowConverter = (levels: Uint8Array, channels: number, rgb: Uint8Array) => void;

/** Makes the table of conversion once, for all rows of a picture. */
export function labRowConverter(): LabRowConverter {
  const table = makeTable();
  const strides = [points * points * 3, points * 3, 3] as const;
  const fractions = new Float64Array(3);
  return (levels, channels, rgb) => {
    for (let at = 0, out = 0; out < rgb.length; at += channels, out += 3) {
      let corner = 0;
      for (let axis = 0; axis < 3; axis++) {
        const level = axis === 0 ? levels[at]! : levels[at + axis]! ^ 128;
        const position = (level / 255) * (points - 1);
        const point = Math.min(points - 2, Math.floor(position));
        fractions[axis] = position - point;
        corner += point * strides[axis]!;
      }
      // Tetrahedra: from the near corner to the far one along the axes, the largest fraction first.
      const [x, y, z] = fractions as unknown as [number, number, number];
      const first = x >= y ? (x >= z ? 0 : 2) : y >= z ? 1 : 2;
      const last = z <= y ? (z <= x ? 2 : 0) : y <= x ? 1 : 0;
      const middle = 3 - first - last;
      const second = corner + strides[first];
      const third = second + strides[middle]!;
      const far = corner + strides[0] + strides[1] + strides[2];
      for (let channel = 0; channel < 3; channel++) {
        const c0 = table[corner + channel]!;
        const c1 = table[second + channel]!;
        const c2 = table[third + channel]!;
        const c3 = table[far + channel]!;
        const value =
          c0 + (c1 - c0) * fractions[first]! + (c2 - c1) * fractions[middle]! + (c3 - c2) * fractions[last]!;
        rgb[out + channel] = (Math.round(value) * 65281 + 8388608) / 16777216;
      }
    }
  };
}
