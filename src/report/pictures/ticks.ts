/** Where an axis has its lines and what stands beside them: round numbers, as few digits as tell them apart. Pure. */

export interface TickOptions {
  /** None between whole numbers. */
  readonly isWhole?: boolean;
  /** From one to the next, where it is known. */
  readonly step?: number;
}

/** Round numbers from `low` to `high`, about five. */
export function ticks(low: number, high: number, options: TickOptions = {}): number[] {
  const step = options.step ?? roundStep(low, high, options.isWhole === true);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.floor(high / step + 1e-9) - first);
  // Multiples of a step below 1 are quotients, which are the nearest numbers to what is meant.
  return Array.from({ length: count + 1 }, (_, i) => (step < 1 ? (first + i) / (1 / step) : (first + i) * step));
}

function roundStep(low: number, high: number, isWhole: boolean): number {
  const raw = (high - low || Math.abs(high) || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const round = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= 0.7 * raw) ?? raw;
  return isWhole ? Math.max(1, Math.round(round)) : round;
}

/** For a logarithmic axis, both above 0: powers of ten, with 2 and 5 between where there are few, or even fewer. */
export function logTicks(low: number, high: number): number[] {
  const [from, to] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  const every = Math.ceil((to - from) / 7);
  const factors = to - from <= 3 ? [1, 2, 5] : [1];
  const powers = Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => from + i * every);
  const found = powers
    .flatMap((power) => factors.map((factor) => factor * 10 ** power))
    .filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  return found.length >= 3 ? found : ticks(low, high);
}

/** Round numbers such that all of `low` to `high` is between the first and the last of them. */
export function roundTicks(low: number, high: number): number[] {
  const inner = ticks(low, high);
  const [first = low, second = high] = inner.length > 1 ? inner : [low, high];
  const step = second - first || 1;
  return ticks(Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step, { step });
}

/** One for each value of a logarithmic axis: each with its own digits, or, where less than a power of ten is shown in equal steps, with those of all. */
export const logTickLabels = (values: readonly number[], isShare = false): string[] =>
  values.every(hasOneDigit) ? values.flatMap((value) => tickLabels([value], isShare)) : tickLabels(values, isShare);

const hasOneDigit = (value: number): boolean => Math.abs(Number(value.toPrecision(1)) - value) <= 1e-9 * value;

/** One for each value: `0.25`, `−20k`, `1.5M`, `3e12`; as many digits as tell neighbours apart. */
export function tickLabels(values: readonly number[], isShare = false): string[] {
  if (isShare) return tickLabels(values.map((value) => 100 * value)).map((label) => `${label} %`);
  const largest = Math.max(...values.map(Math.abs));
  if (largest === 0) return values.map(() => "0");
  const steps = values.slice(1).map((value, i) => Math.abs(value - (values[i] ?? 0)));
  const step = Math.min(...steps.filter((size) => size > 0), largest);
  const power = Math.floor(Math.log10(largest) + 1e-9);
  const [unit, suffix] = unitOf(power);
  const digits = Math.min(8, Math.max(0, -Math.floor(Math.log10(step) - Math.log10(unit) + 1e-9)));
  return values.map((value) => {
    if (Math.abs(value) < step * 1e-6) return "0";
    const text = Math.abs(value / unit).toFixed(digits);
    return `${value < 0 ? "−" : ""}${text}${suffix}`;
  });
}

function unitOf(power: number): readonly [unit: number, suffix: string] {
  if (power < -4 || power >= 9) return [10 ** power, `e${power}`.replace("-", "−")];
  if (power >= 6) return [1e6, "M"];
  return power >= 4 ? [1e3, "k"] : [1, ""];
}

/** Pixels that a text takes in a font of `size`, about: no font is at hand. */
export const textWidth = (text: string, size = 12): number =>
  Array.from(text, (character) => (character >= "\u1100" ? 1 : 0.58)).reduce((sum, width) => sum + width, 0) * size;
