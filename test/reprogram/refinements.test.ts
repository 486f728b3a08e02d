import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRandom } from "../../src/core/numerics/random.ts";
import { sizeOfDesign } from "../../src/reprogram/design/limits.ts";
import { planNetwork } from "../../src/reprogram/design/network-plan.ts";
import { conv, globalPool, network, norm, residual, transformer } from "../../src/reprogram/design/vocabulary.ts";
import { blocksFamily } from "../../src/reprogram/families/blocks.ts";
import { convFamily } from "../../src/reprogram/families/conv.ts";
import { families, familyNamed } from "../../src/reprogram/families/families.ts";
import { countChanges, type Family, type Settings } from "../../src/reprogram/families/family.ts";
import { depth, width, widths } from "../../src/reprogram/families/parameters.ts";
import { recipeFamily } from "../../src/reprogram/families/recipe.ts";
import { transformerFamily } from "../../src/reprogram/families/transformer.ts";
import { drawRefinements } from "../../src/reprogram/refinements.ts";
import { digits, photos, run, runTogether } from "./helpers.ts";

/** Hundreds of sources are bundled and run, also where many others want the machine. */
const LONG = { timeout: 300_000 };

async function settingsOf(family: Family, sources: readonly string[]): Promise<Settings[]> {
  const designs = await runTogether(sources);
  return designs.map((checked) => {
    if (!checked.ok) throw new Error(checked.reason);
    return family.settings(checked.design)!;
  });
}

describe.each(families.map((family) => [family.name, family] as const))("the %s family", (_, family) => {
  test("every pair runs, stays in range, and differs by exactly one design change", LONG, async () => {
    const pairs = drawRefinements(family, { count: 300, seed: 1 });
    const sources = await settingsOf(
      family,
      pairs.map(({ source }) => source),
    );
    const targets = await settingsOf(
      family,
      pairs.map(({ target }) => target),
    );
    for (const [i, settings] of sources.entries()) {
      expect(family.isInRange(settings)).toBe(true);
      expect(family.isInRange(targets[i]!)).toBe(true);
      expect(countChanges(settings, targets[i]!)).toBe(1);
    }
  });

  test("the same seed gives the same pairs, and a shorter draw is the beginning of a longer one", () => {
    const all = drawRefinements(family, { count: 20, seed: 7 });
    expect(drawRefinements(family, { count: 5, seed: 7 })).toEqual(all.slice(0, 5));
    expect(drawRefinements(family, { count: 20, seed: 8 })).not.toEqual(all);
  });

  test("what is read from a design that ran writes the same source again, and its refinement is one change away", async () => {
    const [checked] = await runTogether([family.initial]);
    if (!checked?.ok) throw new Error("the initial source does not run");
    const refined = family.refine(checked.design, createRandom(3))!;
    const [before, after] = await settingsOf(family, [family.initial, refined]);
    expect(countChanges(before!, after!)).toBe(1);
  });

  test("every kind of change occurs", LONG, async () => {
    const pairs = drawRefinements(family, { count: 200, seed: 2 });
    const all = await settingsOf(
      family,
      pairs.flatMap(({ source, target }) => [source, target]),
    );
    const names = new Set<string>();
    for (let i = 0; i < all.length; i += 2)
      for (const [name, value] of Object.entries(all[i]!)) {
        const next = all[i + 1]![name]!;
        if (JSON.stringify(value) === JSON.stringify(next)) continue;
        const isResized = typeof value !== "number" && value.length === (next as readonly number[]).length;
        names.add(isResized ? `${name} resized` : name);
      }
    expect(names.size).toBe([recipeFamily, blocksFamily].includes(family) ? 5 : 4);
  });
});

test("the initial transformer is the paper's: 2 + 2 layers, 8 heads, feed-forward 1024", async () => {
  const result = await run(transformerFamily.initial);
  expect(result.ok && transformerFamily.settings(result.design)).toEqual({
    encoderLayers: 2,
    decoderLayers: 2,
    heads: 8,
    feedForward: 1024,
  });
});

test("the initial network is the paper's: one hidden layer of 16", async () => {
  const result = await run(convFamily.initial, { setting: digits });
  expect(result.ok && convFamily.settings(result.design)).toEqual({ channels: [], hidden: [16] });
  const same = await run(blocksFamily.initial, { setting: digits });
  expect(same.ok && same.design.model).toEqual(result.ok && result.design.model);
});

test.each([convFamily, blocksFamily])(
  "the layers of $name sources adapt to the images and to what comes before them",
  async (family) => {
    const sources = drawRefinements(family, { count: 100, seed: 4 }).map(({ source }) => source);
    for (const checked of await runTogether(sources)) {
      if (!checked.ok || checked.design.model.kind !== "network") throw new Error("not a network");
      for (const setting of [digits, photos]) {
        const plan = planNetwork(checked.design.model, setting);
        if (!plan.ok) throw new Error(plan.reason);
        let shape: readonly number[] = [setting.channels, setting.height, setting.width];
        for (const { design, input, output } of plan.layers) {
          const size = shape.reduce((product, length) => product * length, 1);
          expect(input).toEqual(design.layer === "dense" ? [size] : shape);
          shape = output;
        }
        expect(shape).toEqual([setting.classes]);
      }
    }
  },
);

test("a residual has the parameters of its layers, and a norm two numbers for each channel", () => {
  const layers = [conv(4), norm(), residual([conv(4, 1), norm()]), globalPool()];
  const plan = planNetwork(network(layers), digits);
  if (!plan.ok) throw new Error(plan.reason);
  expect(plan.layers.map(({ parameters }) => parameters)).toEqual([9 * 4 + 4, 8, 4 * 4 + 4 + 8, 0, 4 * 10 + 10]);
  expect(plan.layers.map(({ output }) => output.join(" × "))).toEqual([
    "4 × 28 × 28",
    "4 × 28 × 28",
    "4 × 28 × 28",
    "4",
    "10",
  ]);
  const size = sizeOfDesign({ model: network(layers) }, digits);
  expect(size).toMatchObject({ layers: 5, parameters: 40 + 8 + 28 + 50 });
});

test("a width changes by 1 to 50 %, also at the ends of its range and where 1 % is less than 1", () => {
  const parameter = width([16, 4096]);
  const value = fc.integer({ min: 16, max: 4096 });
  const property = fc.property(value, fc.integer(), (from, seed) => {
    const to = parameter.changes[0]!(from, createRandom(seed))!;
    expect(parameter.isInRange(to)).toBe(true);
    const change = Math.abs(to - from);
    expect(change).toBeGreaterThan(0);
    expect(change).toBeLessThanOrEqual(Math.ceil(from / 2));
  });
  fc.assert(property, {
    numRuns: 500,
    examples: [
      [16, 1],
      [4096, 1],
    ],
  });
});

test("widths of layers are drawn on a logarithmic scale, ends included", () => {
  const random = createRandom(5);
  const drawn = Array.from({ length: 4000 }, () => widths({ depth: [1, 1], width: [16, 512] }).draw(random)[0]!);
  const ends = widths({ depth: [1, 1], width: [16, 17] });
  expect(Math.min(...drawn)).toBe(16);
  expect(Math.max(...drawn)).toBeGreaterThan(500);
  expect(Math.max(...drawn)).toBeLessThanOrEqual(512);
  // Half of them lie below the geometric mean.
  expect(drawn.filter((width) => width < Math.sqrt(16 * 513)).length / drawn.length).toBeCloseTo(0.5, 1);
  expect(new Set(Array.from({ length: 50 }, () => ends.draw(random)[0]))).toEqual(new Set([16, 17]));
});

test("a depth changes by one and turns at the ends of its range", () => {
  const { changes } = depth([1, 8]);
  expect(changes[0]!(1, createRandom(1))).toBe(2);
  expect(changes[0]!(8, createRandom(1))).toBe(7);
  expect(depth([3, 3]).changes[0]!(3, createRandom(1))).toBeUndefined();
});

test("an empty stack of layers can only grow", () => {
  const { changes } = widths({ depth: [0, 2], width: [16, 32] });
  expect(changes[0]!([], createRandom(1))).toHaveLength(1);
  expect(changes[1]!([], createRandom(1))).toBeUndefined();
});

test("changes are counted as the fewest layers added, removed or resized, and numbers that differ", () => {
  expect(countChanges({ a: 1, b: [1, 2, 3] }, { a: 1, b: [1, 2, 3] })).toBe(0);
  expect(countChanges({ a: 1, b: [1, 2, 3] }, { a: 2, b: [1, 3] })).toBe(2);
  expect(countChanges({ a: 1, b: [1, 2, 3] }, { a: 1, b: [9, 1, 2, 3] })).toBe(1);
  expect(countChanges({ a: 1, b: [] }, { a: 1, b: [4, 5] })).toBe(2);
  expect(countChanges({ a: 1, b: [4, 5] }, { a: 1, b: [] })).toBe(2);
});

test("a design from which no single change leads into the family is not refined", () => {
  const far = transformer({ encoderLayers: 12, decoderLayers: 12, heads: 32, feedForward: 32 });
  expect(transformerFamily.refine({ model: far }, createRandom(1))).toBeUndefined();
  expect(transformerFamily.refine({ model: { ...far, feedForward: 64 } }, createRandom(1))).toContain("heads: 32");
});

test("an unknown family is refused with the known ones", () => {
  expect(() => familyNamed("recurrent")).toThrow("expected one of transformer, conv, recipe, blocks, found recurrent");
});
