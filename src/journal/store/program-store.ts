/**
 * Programs by content: every text is stored once under its hash, and a candidate is a list of hashes by path.
 * A program that no longer has its candidate's name is damage and never handed out.
 */
import { candidateId, sha256 } from "../../core/candidate.ts";
import type { ProgramFiles } from "../../core/edit.ts";
import { StropError } from "../../core/errors.ts";
import { pathProblem } from "../../core/edits/program-path.ts";
import type { CandidateId } from "../../core/trial.ts";
import type { Connection } from "./schema.ts";
import { damaged } from "./sqlite-errors.ts";

export interface ProgramStore {
  /** Must run inside a transaction. */
  save(files: ProgramFiles): CandidateId;
  load(candidate: CandidateId): ProgramFiles;
}

/** Loaded programs that are kept, since a trial asks for its own and the champion several times; larger ones are not. */
const KEPT_PROGRAMS = 16;
const KEPT_CHARACTERS = 1_000_000;

export function programStore(db: Connection, journalPath: string): ProgramStore {
  const insertText = db.prepare("INSERT INTO files (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const insertFile = db.prepare("INSERT INTO programs (candidate, path, hash) VALUES (?, ?, ?)");
  const selectHashes = db
    .prepare<[string], [path: string, hash: string]>(
      "SELECT path, hash FROM programs WHERE candidate = ? ORDER BY path",
    )
    .raw();
  const selectTexts = db
    .prepare<[string], [path: string, text: string]>(
      "SELECT path, text FROM programs JOIN files USING (hash) WHERE candidate = ? ORDER BY path",
    )
    .raw();

  /** By name, and a name is a hash, so nothing here can be out of date. Only what was read back: that is what a resumed run sees. */
  const kept = new Map<CandidateId, ProgramFiles>();
  const keep = (candidate: CandidateId, files: ProgramFiles) => {
    const length = Object.values(files).reduce((sum, text) => sum + text.length, 0);
    if (length <= KEPT_CHARACTERS) kept.set(candidate, files);
    if (kept.size > KEPT_PROGRAMS) kept.delete(kept.keys().next().value as CandidateId);
  };

  /** A journal may come from others, and its programs are written to disk by their paths. */
  const checked = (file: readonly [path: unknown, text: unknown]): [string, string] => {
    const [path, text] = file;
    const problem = typeof path !== "string" || typeof text !== "string" ? "is no text" : pathProblem(path);
    if (problem === null) return [path as string, text as string];
    throw damaged(
      journalPath,
      `a program with a file whose path ${JSON.stringify(String(path).slice(0, 100))} ${problem}`,
    );
  };

  return {
    save(files) {
      const candidate = candidateId(files);
      const hashes = Object.entries(files).map(([path, text]) => [path, sha256(text)] as const);
      const known = new Map(selectHashes.all(candidate));
      if (known.size > 0) {
        if (known.size !== hashes.length || hashes.some(([path, hash]) => known.get(path) !== hash))
          throw collision(candidate);
        return candidate;
      }
      for (const [path, hash] of hashes) {
        insertText.run(hash, files[path]);
        insertFile.run(candidate, path, hash);
      }
      return candidate;
    },
    load(candidate) {
      const known = kept.get(candidate);
      const files = known ?? Object.freeze(Object.fromEntries(selectTexts.all(candidate).map(checked)));
      if (known !== undefined || candidateId(files) === candidate) {
        // Last used, last dropped.
        kept.delete(candidate);
        keep(candidate, files);
        return files;
      }
      throw selectHashes.all(candidate).length === 0
        ? unknown(candidate)
        : damaged(journalPath, `candidate ${candidate} changed since it was written`);
    },
  };
}

const unknown = (candidate: string): StropError =>
  new StropError("journal.unknown-candidate", `expected a candidate of this run, found ${candidate || "none"}`, {
    hint: "`strop log` lists the trials of the run.",
  });

/** Names have 64 bits; two programs of one name would be mistaken for each other. */
const collision = (candidate: string): StropError =>
  new StropError(
    "journal.candidate-collision",
    `expected candidate ${candidate} to be one program, found two with this name`,
    {
      hint: "Refuse the edit that made the second: programs do not collide by accident.",
    },
  );
