/** What the report says besides of a run that was not improved by trials of a task: of a recursion, or a reprogramming. */
import type { Journal } from "../journal/journal.ts";
import type { RunState } from "../journal/state.ts";
import { recursionNotes } from "./recurse/recursion-notes.ts";
import type { RecursionSettings } from "./recurse/settings.ts";
import { accuracyNotes } from "./reprogram/accuracy-text.ts";
import { resultOf } from "./reprogram/result.ts";
import type { ReprogramSettings } from "./reprogram/settings.ts";

/** As the session wrote them that made the run's own report. */
export function reportNotes(journal: Journal, { task: { settings } }: RunState): string[] {
  if (settings === undefined) return [];
  return "experiment" in settings
    ? accuracyNotes(resultOf(journal, settings as unknown as ReprogramSettings))
    : recursionNotes(settings as unknown as RecursionSettings);
}
