/** A program while an edit is applied to it, and the rules that no notation may go round: scope, paths, all or nothing. */
import { pathProblem } from "./program-path.ts";

export interface Draft {
  readonly files: Map<string, string>;
  readonly repairs: Set<string>;
  readonly inScope: (path: string) => boolean;
}

/** Leaves the half-edited copy behind; caught in apply-edit.ts. */
export class Refusal extends Error {
  /** The text to change is nowhere, as opposed to in several places or out of bounds. */
  readonly isMissing: boolean;

  constructor(message: string, isMissing = false) {
    super(message);
    this.isMissing = isMissing;
  }
}

export const noteRepair = (draft: Draft, path: string, repair: string): void => {
  draft.repairs.add(`${path}: ${repair}`);
};

/** Throws unless an edit may touch this path. */
export function checkPath(draft: Draft, path: string): void {
  const problem = pathProblem(path);
  if (problem !== null) throw new Refusal(`the path ${JSON.stringify(path.slice(0, 100))} ${problem}`);
  if (!draft.inScope(path)) throw new Refusal(`${path} is not part of the program, so an edit may not touch it`);
}

/** The text of a file that must be there. */
export function existing(draft: Draft, path: string): string {
  const text = draft.files.get(path);
  if (text === undefined) {
    throw new Refusal(
      `${path} is not a file of the program; its files are ${[...draft.files.keys()].slice(0, 10).join(", ")}`,
    );
  }
  return text;
}

export function create(draft: Draft, path: string, text: string): void {
  const clash = [...draft.files.keys()].find((other) => path.startsWith(`${other}/`) || other.startsWith(`${path}/`));
  if (clash !== undefined)
    throw new Refusal(`${path} cannot be created, because ${clash} exists: one would be a folder and a file`);
  draft.files.set(path, text);
}

/** The one file to which `change` can be applied, for an edit that names none. */
export function fileThatFits(draft: Draft, change: (draft: Draft, path: string) => void): string {
  const fits = [...draft.files.keys()].filter((path) => draft.inScope(path) && isPossible(draft, path, change));
  if (fits.length === 1) {
    noteRepair(draft, fits[0] as string, "file found by its text");
    return fits[0] as string;
  }
  const where = fits.length === 0 ? "the text to change is in none" : `it could be ${fits.slice(0, 5).join(" or ")}`;
  throw new Refusal(`expected the path of the file to change, found none, and ${where}`, fits.length === 0);
}

/** Whether the text is there, be it in several places. */
function isPossible(draft: Draft, path: string, change: (draft: Draft, path: string) => void): boolean {
  try {
    change({ ...draft, files: new Map(draft.files), repairs: new Set() }, path);
    return true;
  } catch (thrown) {
    if (thrown instanceof Refusal) return !thrown.isMissing;
    throw thrown;
  }
}

export const bomLength = (text: string): number => (text.startsWith("\ufeff") ? 1 : 0);
