/**
 * Text of others made safe to show: a candidate must neither become markup nor turn around what stands beside it
 * (overrides of the writing direction make a diff read as what it is not: "Trojan Source", CVE-2021-42574).
 */

const codeOf = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** What drives a terminal or turns the order of letters around, as a code; of one line, tabs stay. */
export const visible = (text: string): string =>
  text.replaceAll(/[^\P{Cc}\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, codeOf);

/** With what turns the order of letters around as codes; lines stay. */
export const unturned = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069]/gu, codeOf);

/**
 * Text for inside an element or an attribute. What no XML may hold (most control characters, halves of pairs) is
 * replaced; what turns the order of letters around is shown as a code.
 */
export const escapeXml = (text: string): string =>
  unturned(text)
    .replace(/[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** At most so many characters: the beginning, and the end where `tail` says how much of it. Names of models can be addresses. */
export function shortened(text: string, most = 28, tail = Math.floor(most / 2)): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - tail - 1)}…${tail === 0 ? "" : text.slice(-tail)}`.toWellFormed();
}
