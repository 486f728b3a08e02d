/** Trials read by the index of trials, without folding the run. */
import type { Json } from "../../core/json.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { type EventRow, decodeEvent } from "./event-rows.ts";
import type { RunEvent } from "../events.ts";
import type { TrialEnd, TrialSource } from "./paging.ts";
import type { Connection } from "./schema.ts";
import { damaged } from "./sqlite-errors.ts";
import { deposedRecord, finishedRecord, judgedRecord, proposedRecord, startedRecord } from "../fold/trial-record.ts";

export interface TrialReader extends TrialSource {
  /** What is done of a trial's work, by part; the first report of a part counts. */
  parts(trial: number): Map<string, Json>;
}

/** `path` is the journal's, for messages. */
export function trialReader(db: Connection, path: string): TrialReader {
  const columns = "SELECT sequence, body, checksum FROM events WHERE trial BETWEEN ? AND ?";
  const selectTrials = db.prepare<[number, number], EventRow>(`${columns} ORDER BY trial, sequence`);
  const selectEnds = db.prepare<[number, number], EventRow>(
    `${columns} AND type IN ('trial.finished', 'trial.judged', 'champion.deposed') ORDER BY trial, sequence`,
  );
  const selectLast = db.prepare<[], { trial: number | null }>(
    "SELECT max(trial) AS trial FROM events WHERE trial IS NOT NULL",
  );
  const decode = (row: EventRow): RunEvent => decodeEvent(row, path);
  return {
    trials: (first, last) => foldTrials(selectTrials.all(first, last).map(decode), first, path),
    ends: (first, last) => foldEnds(selectEnds.all(first, last).map(decode)),
    parts: (trial) => foldParts(selectTrials.all(trial, trial).map(decode)),
    lastTrial: () => selectLast.get()?.trial ?? -1,
  };
}

/** An interrupted attempt is no end, and a contest's verdict comes after its outcome. */
function foldEnds(events: readonly RunEvent[]): TrialEnd[] {
  const ends = new Map<number, TrialEnd>();
  for (const event of events) {
    if (event.type === "trial.finished" && event.outcome.status !== "interrupted")
      ends.set(event.trial, { trial: event.trial, outcome: event.outcome, verdict: event.verdict });
    const before = event.type === "champion.deposed" ? ends.get(event.trial) : undefined;
    if (event.type === "champion.deposed" && before !== undefined) ends.set(event.trial, deposedRecord(before, event));
    if (event.type === "trial.judged")
      ends.set(event.trial, { trial: event.trial, outcome: null, ...ends.get(event.trial), verdict: event.verdict });
  }
  return [...ends.values()];
}

function foldParts(events: readonly RunEvent[]): Map<string, Json> {
  const parts = new Map<string, Json>();
  for (const event of events)
    if (event.type === "part.finished" && !parts.has(event.part)) parts.set(event.part, event.value);
  return parts;
}

/** Events of trials from `first` on, grouped by trial; anything else shows that the index of trials is damaged. */
function foldTrials(events: readonly RunEvent[], first: number, path: string): TrialRecord[] {
  const records: TrialRecord[] = [];
  for (const event of events) {
    const isNext = event.type === "trial.proposed";
    const last = records.length - (isNext ? 0 : 1);
    const record = records[last];
    if (!("trial" in event) || event.trial !== first + last)
      throw damaged(path, `trial ${first + last} mixed up with another`);
    if (isNext) records.push(proposedRecord(event));
    else if (event.type === "trial.started") records[last] = startedRecord(record!, event);
    else if (event.type === "trial.finished") records[last] = finishedRecord(record!, event);
    else if (event.type === "trial.judged") records[last] = judgedRecord(record!, event);
    else if (event.type === "champion.deposed") records[last] = deposedRecord(record!, event);
  }
  return records;
}
