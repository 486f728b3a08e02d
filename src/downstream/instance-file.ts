/** What the loaders of real instances share: texts with names, numbers in them, and errors that say where. */
import { StropError } from "../core/errors.ts";

export interface InstanceFile {
  /** For messages: usually the file's name. */
  readonly name: string;
  readonly text: string;
}

export interface FileTaskOptions {
  /** Reference seconds per answer; default that of the random task. */
  readonly limitSeconds?: number;
}

/** Throws StropError `downstream.bad-file`. */
export function badFile({ name }: InstanceFile, expected: string, found: string): never {
  throw new StropError("downstream.bad-file", `${name}: expected ${expected}, found ${found}`);
}

/** All numbers of a text that holds nothing else; commas count as spaces. */
export function numbersOf(file: InstanceFile, text = file.text): number[] {
  return text
    .split(/[\s,]+/)
    .filter((word) => word !== "")
    .map((word) => {
      const number = Number(word);
      return Number.isFinite(number) ? number : badFile(file, "a number", word.slice(0, 40));
    });
}

/** The task's name in reports: up to three files by name. */
export const nameOf = (kind: string, files: readonly InstanceFile[]): string =>
  `${kind} ${files
    .slice(0, 3)
    .map(({ name }) => name)
    .join(" ")}${files.length > 3 ? ` and ${files.length - 3} more` : ""}`;
