import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ImageDataset, LabelledImages } from "../../../src/reprogram/data/images.ts";
import { splitDataset } from "../../../src/reprogram/data/splits.ts";

/** Image i is the number i. */
const numbered = (count: number): LabelledImages => ({
  pixels: Uint8Array.from({ length: count }, (_, i) => i),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  channels: 1,
  height: 1,
  width: 1,
});
const dataset: ImageDataset = { name: "mnist", classes: 10, train: numbered(200), test: numbered(50), source: "test" };

describe("the splits", () => {
  it("are disjoint, keep labels with their images, and follow from the seed", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 1, max: 50 }),
        (seed, subset, selection) => {
          const splits = splitDataset(dataset, { subset, selection }, seed);
          expect([splits.subset.labels.length, splits.selection.labels.length]).toEqual([subset, selection]);
          const [all, apart] = [new Set(splits.all.pixels), new Set(splits.selection.pixels)];
          expect(all.size + apart.size).toBe(200);
          expect([...apart].some((one) => all.has(one))).toBe(false);
          expect([...splits.subset.pixels].every((one) => all.has(one))).toBe(true);
          for (const { pixels, labels } of Object.values(splits))
            expect([...labels]).toEqual([...pixels].map((i) => i % 10));
          expect(splitDataset(dataset, { subset, selection }, seed)).toEqual(splits);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("never hand out test images for learning, and the report may use a part of them", () => {
    expect(splitDataset(dataset, { subset: 10, selection: 10 }, 0).report).toBe(dataset.test);
    expect(splitDataset(dataset, { subset: 10, selection: 10, report: 5 }, 0).report.labels.length).toBe(5);
  });

  it("are refused where there is too little data", () => {
    expect(() => splitDataset(dataset, { subset: 190, selection: 20 }, 0)).toThrow("190 + 20");
  });
});
