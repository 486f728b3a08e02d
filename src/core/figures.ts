/** Numbers as people read them. */

/** Six significant digits at most, no trailing zeros. */
export const shortNumber = (value: number): string => String(Number(value.toPrecision(6)));

/** `$0.0031`, `$1.25`: small sums with their first two digits. */
export function formatDollars(dollars: number): string {
  if (dollars === 0) return "$0";
  const digits = dollars >= 0.1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(dollars)));
  return `$${dollars.toFixed(digits)}`;
}
