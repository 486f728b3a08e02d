/**
 * The size of a program for the simplicity rule: lexical tokens, so that neither layout nor long names count.
 * Comments count as text does; no grammar is needed, hence any language will do.
 */
import type { ProgramFiles } from "./edit.ts";

const TOKEN = /[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;

/** Words, numbers and single punctuation marks, in order. */
export const tokensOf = (text: string): string[] => text.match(TOKEN) ?? [];

/** Tokens of all files together. */
export const tokenCount = (files: ProgramFiles): number =>
  Object.values(files).reduce((total, text) => total + tokensOf(text).length, 0);
