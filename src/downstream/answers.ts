/**
 * Checks of what a solution returned. The answer is hostile JSON: nothing is coerced, so that an answer of another
 * shape can never be worth more than 0 (STOP §6.3 tells of an accuracy of 1000 %).
 */
import type { Json } from "../core/json.ts";
import type { AnswerFlag, Mark } from "./types.ts";

export type Bit = 0 | 1;

/** Returns the answer in its type, or the mark that says what is wrong with it. */
export type Checked<T> = { readonly value: T } | { readonly mark: Mark };

const SHOWN_CHARACTERS = 60;

const flagged = (flag: AnswerFlag, problem: string): { readonly mark: Mark } => ({
  mark: { score: 0, flag, problem },
});

/** Scores a checked answer: `score` is called with answers of the right shape only. */
export const markOf = <T>(checked: Checked<T>, score: (value: T) => number): Mark =>
  "mark" in checked ? checked.mark : { score: score(checked.value) };

export const shown = (answer: Json): string => {
  const text = JSON.stringify(answer);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
};

/** A list of `length` integers in [0, `below`). */
export function checkIntegers(answer: Json, length: number, below: number): Checked<readonly number[]> {
  const wanted = `${length} integers in 0 to ${below - 1}`;
  if (!isList(answer) || answer.length !== length)
    return flagged("wrong-shape", `expected ${wanted}, found ${describe(answer)}`);
  for (const [index, each] of answer.entries()) {
    const found = `expected ${wanted}, found ${shown(each)} at index ${index}`;
    // JSON has no NaN and no infinities: they arrive as null.
    if (each === null) return flagged("not-a-number", found);
    if (typeof each !== "number") return flagged("wrong-shape", found);
    if (!Number.isInteger(each) || each < 0 || each >= below) return flagged("out-of-range", found);
  }
  return { value: answer as readonly number[] };
}

export const checkBits = (answer: Json, length: number): Checked<readonly Bit[]> =>
  checkIntegers(answer, length, 2) as Checked<readonly Bit[]>;

/** A list that holds each of 0 … `length` − 1 once. */
export function checkPermutation(answer: Json, length: number): Checked<readonly number[]> {
  const checked = checkIntegers(answer, length, length);
  if ("mark" in checked || new Set(checked.value).size === length) return checked;
  return flagged("not-a-permutation", `expected each of 0 to ${length - 1} once, found ${shown(answer)}`);
}

export function checkBooleans(answer: Json, length: number): Checked<readonly boolean[]> {
  if (!isList(answer) || answer.length !== length || answer.some((each) => typeof each !== "boolean"))
    return flagged("wrong-shape", `expected ${length} booleans, found ${describe(answer)}`);
  return { value: answer as readonly boolean[] };
}

/** A text of `length` characters, each one of `alphabet`. */
export function checkText(answer: Json, length: number, alphabet: string): Checked<string> {
  const wanted = `a text of ${length} characters out of ${alphabet}`;
  if (typeof answer !== "string" || answer.length !== length)
    return flagged("wrong-shape", `expected ${wanted}, found ${describe(answer)}`);
  const stranger = answer.split("").find((character) => !alphabet.includes(character));
  return stranger === undefined
    ? { value: answer }
    : flagged("out-of-range", `expected ${wanted}, found ${shown(stranger)}`);
}

const isList = (answer: Json): answer is readonly Json[] => Array.isArray(answer);

function describe(answer: Json): string {
  if (isList(answer)) return `a list of ${answer.length}: ${shown(answer)}`;
  return `${answer === null ? "nothing" : typeof answer}: ${shown(answer)}`;
}
