/**
 * Numbers as programmers write them: sign, radix, digit groups, exponent and type suffix. A rewritten number keeps
 * the notation of the one it replaces, so an edit changes a value and nothing else.
 */

export interface WrittenNumber {
  readonly value: number;
  /** Whether the text says so: a decimal point, an exponent or a floating suffix makes a float. */
  readonly kind: "integer" | "float";
}

const RADIX = /^(-?)(0[xXbBoO])([\da-fA-F_']+?)(n|[uUlL]+|[iu](?:8|16|32|64|128|size))?$/;
const DECIMAL = /^(-?)((?:\d[\d_']*)?(\.[\d_']*)?)(?:([eE])[+-]?\d[\d_]*)?([a-zA-Z]\w*)?$/;
const SUFFIX = /^(?:n|[uUlLfFdDmM]|[uU][lL]{1,2}|[lL]{1,2}[uU]?|[iu](?:8|16|32|64|128|size)|f32|f64)$/;

/** Numbers beyond it stand for infinity (`best = 1e308`), and one that is drawn around them could be no number. */
const LARGEST = 1e300;

/** Reads a literal of any known language; null for what is not a plain number (complex, legacy octal, hexadecimal float, a word). */
export function readNumber(text: string): WrittenNumber | null {
  const radix = RADIX.exec(text);
  if (radix !== null) {
    const value = Number(`${radix[2]}`.toLowerCase() + `${radix[3]}`.replace(/[_']/g, ""));
    return Number.isSafeInteger(value) ? { value: radix[1] === "-" ? -value : value, kind: "integer" } : null;
  }
  const match = DECIMAL.exec(text);
  if (match === null || !/\d/.test(match[2] as string)) return null;
  const [, , digits = "", point, exponent, suffix = ""] = match;
  if ((suffix !== "" && !SUFFIX.test(suffix)) || (point === undefined && /^0\d/.test(digits))) return null;
  const value = Number(text.slice(0, text.length - suffix.length).replace(/[_']/g, ""));
  if (Math.abs(value) > LARGEST) return null;
  const isFloat = point !== undefined || exponent !== undefined || /^[fFdDmM]/.test(suffix);
  return isFloat || Number.isSafeInteger(value) ? { value, kind: isFloat ? "float" : "integer" } : null;
}

/**
 * `value` written like the literal `like`: its radix, digit groups, point, exponent and suffix. An integer notation
 * given a fraction becomes a decimal one. `readNumber` of the result gives `value` back, whenever the notation can hold it.
 */
export function writeNumber(value: number, like: string): string {
  const radix = RADIX.exec(like);
  if (radix !== null) return writeRadix(value, radix);
  const [, , digits = "", point, exponent, suffix = ""] = DECIMAL.exec(like) ?? [];
  const group = /[_']/.exec(digits)?.[0] ?? "";
  const written = exponent === undefined ? writePlain(value) : writeExponent(value, exponent);
  const withPoint = point !== undefined && !/[.eE]/.test(written) ? `${written}.0` : written;
  return grouped(withPoint, group, 3) + suffix;
}

function writeRadix(value: number, [, , prefix = "", digits = "", suffix = ""]: RegExpExecArray): string {
  const base = { x: 16, b: 2, o: 8 }[prefix[1]?.toLowerCase() as "x" | "b" | "o"];
  const plain = Math.abs(Math.round(value)).toString(base).padStart(digits.replace(/[_']/g, "").length, "0");
  const cased = /[A-F]/.test(digits) ? plain.toUpperCase() : plain;
  return `${value < 0 ? "-" : ""}${prefix}${grouped(cased, /[_']/.exec(digits)?.[0] ?? "", 4)}${suffix}`;
}

/** Decimal digits without an exponent, unless that would need more than 12 places. */
function writePlain(value: number): string {
  const shortest = String(value);
  if (!shortest.includes("e-")) return shortest.replace("e+", "e");
  const fixed = value.toFixed(12).replace(/0+$/, "");
  return Number(fixed) === value ? fixed : shortest;
}

function writeExponent(value: number, letter: string): string {
  const [mantissa, power] = value.toExponential().split("e") as [string, string];
  return `${mantissa}${letter}${power.replace("+", "")}`;
}

/** Separators every `size` digits of the whole part. */
function grouped(written: string, separator: string, size: 3 | 4): string {
  if (separator === "") return written;
  const [, whole = "", rest = ""] = /^(-?[\da-fA-F]+)(.*)$/.exec(written) ?? [];
  const pattern = size === 3 ? /\B(?=(?:\d{3})+$)/g : /\B(?=(?:[\da-fA-F]{4})+$)/g;
  return whole.replace(pattern, separator) + rest;
}
