/**
 * An edit is a change to the program, in one of three notations. Data only: applying one is apply-edit.ts.
 */

/** The program's files: path relative to the task's folder, `/` separators, to its whole text. */
export type ProgramFiles = Readonly<Record<string, string>>;

/** Replace `search`, which must occur exactly once in `path`, by `replace`. Empty `search` creates the file. */
export interface SearchReplaceBlock {
  /** Empty for the one file of the program in which `search` occurs. */
  readonly path: string;
  readonly search: string;
  readonly replace: string;
}

/** Blocks or hunks of one edit. Nobody means more, and applying them would take minutes. */
export const MOST_PLACES = 1_000;

/** A file's whole new text; null deletes it. */
export interface WholeFile {
  readonly path: string;
  readonly text: string | null;
  /**
   * Copied out of an answer, so that its final line break, an ellipsis or escapes are not to be taken literally; the path
   * was named, or follows from there being no other file, or the answer ended before the fence. Undefined: exact text.
   */
  readonly quoted?: "by-name" | "by-context" | "unclosed" | undefined;
}

export type Edit =
  | { readonly kind: "search-replace"; readonly blocks: readonly SearchReplaceBlock[] }
  | { readonly kind: "whole-files"; readonly files: readonly WholeFile[] }
  | { readonly kind: "unified-diff"; readonly diff: string };
