/** What the report says besides of a run that was not improved by trials of a task: of a recursion, or a reprogramming. */
import type { Journal } from "../../journal/journal.ts";
import type { RunState } from "../../journal/state.ts";
import type { ReprogramSettings } from "../reprogram/settings.ts";

/** As the session wrote them that made the run's own report. The other loops are slow to load, and most runs are none of theirs. */
export async function reportNotes(journal: Journal, state: RunState): Promise<string[]> {
  const { settings } = state.task;
  if (settings === undefined) return [];
  if (!("experiment" in settings)) {
    const { recursionNotes } = await import("../recurse/recursion-notes.ts");
    return recursionNotes(state);
  }
  const [{ accuracyNotes }, { resultOf }] = await Promise.all([
    import("../reprogram/networks/accuracy-text.ts"),
    import("../reprogram/result.ts"),
  ]);
  return accuracyNotes(resultOf(journal, settings as unknown as ReprogramSettings));
}
