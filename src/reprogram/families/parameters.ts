/**
 * Design parameters: named numbers, or lists of numbers, each in a range. A parameter knows how to be drawn and what one
 * change of it is (Sheng & Padmanabhan §4.1): a depth goes up or down by 1, a width by 1 to 50 %.
 */
import type { Random } from "../../core/numerics/random.ts";

export type Value = number | readonly number[];

/** Contract: pure; what is drawn or changed stays in range. */
export interface Parameter<T extends Value> {
  draw(random: Random): T;
  /** A value that differs by one change; undefined when this kind of change is not possible. */
  changes: readonly ((value: T, random: Random) => T | undefined)[];
  isInRange(value: T): boolean;
}

export type Range = readonly [least: number, most: number];

/** A number of layers or heads. */
export const depth = (range: Range): Parameter<number> => ({
  draw: (random) => draw(range, random),
  changes: [
    (value, random) =>
      pick(
        [value - 1, value + 1].filter((next) => isWithin(range, next)),
        random,
      ),
  ],
  isInRange: (value) => isWithin(range, value),
});

/** A width. */
export const width = (range: Range): Parameter<number> => ({
  draw: (random) => draw(range, random),
  changes: [(value, random) => resized(range, value, random)],
  isInRange: (value) => isWithin(range, value),
});

/**
 * The widths of a stack of layers. A change adds a layer anywhere, removes one, or changes the width of one. Widths are drawn
 * uniformly on a logarithmic scale, as changes of them are percentages.
 */
export const widths = ({
  depth: depths,
  width: sizes,
}: {
  readonly depth: Range;
  readonly width: Range;
}): Parameter<readonly number[]> => ({
  draw: (random) => Array.from({ length: draw(depths, random) }, () => drawWidth(sizes, random)),
  changes: [
    (value, random) => {
      const next = pick(
        [value.length - 1, value.length + 1].filter((length) => isWithin(depths, length)),
        random,
      );
      if (next === undefined) return undefined;
      return next > value.length
        ? value.toSpliced(random.integer(value.length + 1), 0, drawWidth(sizes, random))
        : value.toSpliced(random.integer(value.length), 1);
    },
    (value, random) => {
      const at = random.integer(value.length);
      const next = value.length === 0 ? undefined : resized(sizes, value[at]!, random);
      return next === undefined ? undefined : value.with(at, next);
    },
  ],
  isInRange: (value) => isWithin(depths, value.length) && value.every((size) => isWithin(sizes, size)),
});

const isWithin = ([least, most]: Range, value: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

const draw = ([least, most]: Range, random: Random): number => least + random.integer(most - least + 1);

const drawWidth = ([least, most]: Range, random: Random): number =>
  Math.min(most, Math.floor(least * ((most + 1) / least) ** random.next()));

const pick = (choices: readonly number[], random: Random): number | undefined =>
  choices.length === 0 ? undefined : random.pick(choices);

/** ±1 % to ±50 %, rounded; every percentage that leads to another number in range is equally likely. */
function resized(range: Range, value: number, random: Random): number | undefined {
  const percentages = Array.from({ length: 50 }, (_, i) => i + 1).flatMap((percent) => [-percent, percent]);
  const sizes = percentages.map((percent) => Math.round(value * (1 + percent / 100)));
  return pick(
    sizes.filter((size) => size !== value && isWithin(range, size)),
    random,
  );
}
