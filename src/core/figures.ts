/** Numbers as people read them. */

/** Six significant digits at most, no trailing zeros. */
export const shortNumber = (value: number): string => String(Number(value.toPrecision(6)));

/** `0.258 ± 0.017`: both to the second digit of the error. */
export function withError(value: number, error: number): string {
  if (!(error > 0 && Number.isFinite(error))) return `${shortNumber(value)} ± ${shortNumber(error)}`;
  const decimals = Math.min(100, Math.max(0, 1 - Math.floor(Math.log10(error))));
  return `${value.toFixed(decimals)} ± ${error.toFixed(decimals)}`;
}

/** `512 MB`, decimal, as limits are given: `"60MB"` is 60,000,000 bytes. */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** `$0.0031`, `$1.25`: small sums with their first two digits. */
export function formatDollars(dollars: number): string {
  if (dollars === 0) return "$0";
  const digits = dollars >= 0.1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(dollars)));
  return `$${dollars.toFixed(digits)}`;
}
