/**
 * What a program printed, as clean lines: terminal colours and other control sequences removed, progress lines that
 * overwrite themselves with carriage returns split up. Everything here is linear in the length of hostile text.
 */

/** Longest line that is looked at; a metric or a step report is never longer. */
export const LONGEST_LINE = 4096;

const CONTROL =
  // eslint-disable-next-line no-control-regex -- escape sequences are exactly what is removed
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** One printed line without escape sequences and control characters, cut to LONGEST_LINE. */
export const cleanLine = (line: string): string => line.slice(0, LONGEST_LINE).replace(CONTROL, "");

/** The lines of a whole output; `\n`, `\r` and `\r\n` all end one. */
export const printedLines = (output: string): string[] => output.split(/\r\n|\r|\n/).map(cleanLine);

/** A number as programs print it, `nan` and `inf` in their spellings included; undefined if it is none. */
export function printedNumber(text: string): number | undefined {
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return Number(text);
  if (/^[-+]?nan$/i.test(text)) return Number.NaN;
  const infinity = /^([-+]?)inf(?:inity)?$/i.exec(text);
  if (infinity === null) return undefined;
  return infinity[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
