/**
 * Names for versions of a program. A candidate is its files' content, so the same text always has the same name.
 */
import { createHash } from "node:crypto";

import type { ProgramFiles } from "./edit.ts";
import type { CandidateId } from "./trial.ts";

/** SHA-256 of a text or of bytes, as 64 hexadecimal digits. */
export const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** The first 16 hexadecimal digits of a hash over every path and text, in path order. */
export function candidateId(files: ProgramFiles): CandidateId {
  const hash = createHash("sha256");
  for (const path of Object.keys(files).sort()) {
    const text = files[path] ?? "";
    hash.update(`${path.length}:${path}${text.length}:${text}`);
  }
  return hash.digest("hex").slice(0, 16);
}
