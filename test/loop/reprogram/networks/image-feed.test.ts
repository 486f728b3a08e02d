import { describe, expect, it } from "vitest";

import { createRandom } from "../../../../src/core/numerics/random.ts";
import { imageBatch, pixelScale } from "../../../../src/loop/reprogram/networks/image-feed.ts";
import type { LabelledImages } from "../../../../src/reprogram/data/images.ts";

const images: LabelledImages = {
  pixels: Uint8Array.of(0, 2, 4, 6, 10, 10, 10, 10, /**/ 0, 2, 4, 6, 10, 10, 10, 10),
  labels: Uint8Array.of(3, 1),
  channels: 2,
  height: 2,
  width: 2,
};

describe("images as a network is fed them", () => {
  it("have mean 0 and deviation 1 in each channel, and a channel without contrast is not divided by 0", () => {
    const scale = pixelScale(images);
    expect(scale.means).toEqual([3, 10]);
    expect(scale.deviations[0]).toBeCloseTo(Math.sqrt(5), 12);
    const { images: fed, labels } = imageBatch(images, [1], { scale });
    expect([...labels]).toEqual([1]);
    const expected = [-3, -1, 1, 3].map((x) => x / Math.sqrt(5));
    [...fed].slice(0, 4).forEach((x, i) => expect(x).toBeCloseTo(expected[i] as number, 6));
    expect([...fed].slice(4)).toEqual([0, 0, 0, 0]);
  });

  it("are mirrored and moved at random, and what a move uncovers is grey", () => {
    const scale = { means: [0, 0], deviations: [1, 1] };
    const augment = { random: createRandom(1), mirror: true, shift: 1 };
    const seen = new Set<string>();
    for (let i = 0; i < 200; i++)
      seen.add([...imageBatch(images, [0], { scale, augment }).images].slice(0, 4).join(" "));
    expect(seen).toContain("0 2 4 6");
    expect(seen).toContain("2 0 6 4");
    expect(seen).toContain("0 0 0 2");
    expect(seen).toContain("4 6 0 0");
    expect(seen.size).toBeLessThanOrEqual(18);
  });
});
