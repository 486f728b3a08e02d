/** The error of an event that cannot follow from the ones before it. */
import { StropError } from "../../core/errors.ts";
import type { RunEvent } from "../events.ts";

/** StropError `journal.inconsistent`, naming the event's sequence and what was expected. */
export function inconsistent(sequence: number, event: RunEvent, expected: string): StropError {
  const what = "trial" in event ? `${event.type} of trial ${event.trial}` : event.type;
  return new StropError("journal.inconsistent", `event ${sequence} (${what}): expected ${expected}`, {
    hint:
      "Something other than strop wrote to this journal, or this is a defect of strop. The run can still be " +
      "exported; start another with `strop run --fresh`.",
  });
}
