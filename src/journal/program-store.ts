/**
 * Programs by content: every text is stored once under its hash, and a candidate is a list of hashes by path.
 * A text that no longer has its hash is damage, never handed out.
 */
import { candidateId, sha256 } from "../core/candidate.ts";
import type { ProgramFiles } from "../core/edit.ts";
import { StropError } from "../core/errors.ts";
import type { CandidateId } from "../core/trial.ts";
import type { Connection } from "./schema.ts";
import { damaged } from "./sqlite-errors.ts";

export interface ProgramStore {
  /** Must run inside a transaction. */
  save(files: ProgramFiles): CandidateId;
  load(candidate: CandidateId): ProgramFiles;
}

export function programStore(db: Connection, journalPath: string): ProgramStore {
  const insertFile = db.prepare("INSERT INTO files (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const insertProgram = db.prepare("INSERT INTO programs (candidate, files) VALUES (?, ?)");
  const selectProgram = db.prepare<[string], { files: string }>("SELECT files FROM programs WHERE candidate = ?");
  const selectFile = db.prepare<[string], { text: string }>("SELECT text FROM files WHERE hash = ?");

  return {
    save(files) {
      const candidate = candidateId(files);
      const hashes = Object.keys(files).sort().map((path) => [path, sha256(files[path] ?? "")] as const);
      const manifest = JSON.stringify(Object.fromEntries(hashes));
      const known = selectProgram.get(candidate)?.files;
      if (known === manifest) return candidate;
      if (known !== undefined) throw collision(candidate);
      for (const [path, hash] of hashes) insertFile.run(hash, files[path] ?? "");
      insertProgram.run(candidate, manifest);
      return candidate;
    },
    load(candidate) {
      const manifest = selectProgram.get(candidate)?.files;
      if (manifest === undefined) throw unknown(candidate);
      const hashes = JSON.parse(manifest) as Record<string, string>;
      return Object.fromEntries(Object.entries(hashes).map(([path, hash]) => {
        const text = selectFile.get(hash)?.text;
        if (text === undefined || sha256(text) !== hash) throw damaged(journalPath, `candidate ${candidate} changed since it was written`);
        return [path, text];
      }));
    },
  };
}

const unknown = (candidate: string): StropError =>
  new StropError("journal.unknown-candidate", `expected a candidate of this run, found ${candidate || "none"}`, {
    hint: "`strop log` lists the trials of the run.",
  });

/** Names have 64 bits; two programs of one name would be mistaken for each other. */
const collision = (candidate: string): StropError =>
  new StropError("journal.candidate-collision", `expected candidate ${candidate} to be one program, found two with this name`, {
    hint: "Refuse the edit that made the second: programs do not collide by accident.",
  });
