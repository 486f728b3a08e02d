/** Sizes as people write them: `500MB`, `1.5 GiB`. Decimal units as in SI, binary ones with an i. */

export const SIZE = /^(\d+(?:\.\d+)?)\s*(?:([kKMGT])(i?))?B$/;

/** Whole bytes, at least 1; undefined when the text is no size. */
export function parseSize(size: number | string): number | undefined {
  if (typeof size === "number") return size;
  const [, amount, unit = "", binary] = SIZE.exec(size) ?? [];
  const bytes = Math.floor(
    Number(amount) * (binary === "i" ? 1024 : 1000) ** ["", "K", "M", "G", "T"].indexOf(unit.toUpperCase()),
  );
  return bytes >= 1 ? bytes : undefined;
}
