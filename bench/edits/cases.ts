/** What the bench counts: one answer about one program, and what it was meant to leave. */
import type { ProgramFiles } from "../../src/core/edit.ts";

export type Notation = "search-replace" | "unified-diff" | "whole-files";

export interface Case {
  /** `recorded`, or the name of the mutation. */
  readonly kind: string;
  readonly notation: Notation;
  readonly program: ProgramFiles;
  readonly answer: string;
  /** The program after the edit, byte for byte; null where the only right thing is to refuse. */
  readonly intended: ProgramFiles | null;
}

/** A stretch of lines of one file that becomes another, with the context that tells it from all other places. */
export interface Change {
  readonly path: string;
  /** Index of the first line of `before` in the file. */
  readonly start: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Lines at the beginning and end of both that stay. */
  readonly above: number;
  readonly below: number;
}

/** A well-meant edit of a program of LF files, from which every mutation starts. */
export interface Meant {
  readonly program: ProgramFiles;
  readonly intended: ProgramFiles;
  /** Ascending, at least one, all of one file. */
  readonly changes: readonly Change[];
}

export const lang = (path: string): string => /\.(\w+)$/.exec(path)?.[1] ?? "";

export const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");

export const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
