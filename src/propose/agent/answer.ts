/** What one call of an agent came to. Plain JSON, so that the journal can keep it. */
import type { Edit } from "../../core/edit.ts";

export interface AgentAnswer {
  /** Null exactly when there is a `problem`. */
  readonly edit: Edit | null;
  /** One sentence. */
  readonly problem?: string;
  readonly isAborted: boolean;
  /** Its last words, one line. */
  readonly summary: string;
  readonly dropped: readonly string[];
  readonly refused: readonly string[];
  /** US dollars: what it said, or else what the user said that an edit counts as; null when neither did. */
  readonly cost: number | null;
  readonly seconds: number;
}
