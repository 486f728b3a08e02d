/** Every session of a run ends with a reason in its journal, also one that strop could not go on with. */
import { messageOf } from "../core/errors.ts";
import type { Journal } from "../journal/journal.ts";
import { startedState } from "../journal/started-state.ts";
import type { RunState } from "../journal/state.ts";
import { allFailures } from "./all-failures.ts";

/** Does `work`, which returns why the run has ended, and records that; returns the final state. What `work` throws is recorded, and thrown. */
export async function recordEnd(
  { journal, now }: { readonly journal: Journal; readonly now: () => number },
  work: () => Promise<string>,
): Promise<RunState> {
  const end = (reason: string) => journal.append({ type: "run.ended", at: now(), reason });
  try {
    end(await work());
    return startedState(journal);
  } catch (thrown) {
    throw allFailures([thrown, ...recordFailure(journal, thrown, end)]);
  }
}

/** Whoever looks in the morning finds why in the journal: what was printed may be gone. Returns what went wrong with that, too. */
function recordFailure(journal: Journal, thrown: unknown, end: (reason: string) => void): unknown[] {
  try {
    const [why = ""] = messageOf(thrown).split("\n");
    if (startedState(journal).ended === null) end(`strop could not go on: ${why}`);
    return [];
  } catch (another) {
    return [another];
  }
}
