/** Settings by name, fitted to what data there is. */
import { expect, test } from "vitest";

import { networkSettings } from "../../../src/loop/reprogram/presets.ts";
import { requireEnough } from "../../../src/reprogram/data/splits.ts";

const images = (count: number) => ({
  pixels: new Uint8Array(count),
  labels: new Uint8Array(count),
  channels: 1,
  height: 1,
  width: 1,
});
const choices = {
  arm: "random",
  seed: 0,
  backend: { name: "native", threads: 1 },
  pruner: "none",
} as const;

test.each([
  ["2 training images", 2, 1, undefined],
  ["1 training image", 1, 1, "expected at least 1 + 1 training and 1 test images of mnist, found 1 and 1"],
  ["no test image", 100, 0, "expected at least 65 + 25 training and 1 test images of mnist, found 100 and 0"],
])("with %s, every split has an image or is refused", (_, train, test, refusal) => {
  const dataset = { name: "mnist", classes: 10, train: images(train), test: images(test), source: "test" } as const;
  const settings = networkSettings(dataset, choices);
  expect(Math.min(settings.subset, settings.selection, settings.report)).toBeGreaterThan(0);
  if (refusal === undefined) expect(() => requireEnough(dataset, settings)).not.toThrow();
  else expect(() => requireEnough(dataset, settings)).toThrow(refusal);
});
