/** Whether a run's numbers can be believed, as a list: who measured, where it ran, how noise was met, what it cost. */
import type { StoppingReport } from "../judge/stopping-report.ts";
import type { RunState } from "../journal/state.ts";
import { costNote } from "./cost.ts";
import { escapeXml } from "./escape.ts";
import { formatCount } from "./format.ts";
import { keepingNotes, overfitNote } from "./keeping.ts";
import { stoppingNotes } from "./stopping.ts";

/** Each with a sign, so that it is not told by colour alone. */
const SIGNS = { good: "✓", warn: "!", note: "·" } as const;

type Item = readonly [kind: keyof typeof SIGNS, html: string];

export function trustList(state: RunState, stopping: StoppingReport, more: readonly string[] = []): string {
  const overfit = overfitNote(state);
  const notes = [...keepingNotes(state), ...stoppingNotes(stopping), costNote(state) ?? [], ...more].flat();
  const items: Item[] = [
    measured(state),
    ...once(state),
    sandboxed(state),
    ...notes.map((note): Item => [note === overfit ? "warn" : "note", escapeXml(note)]),
  ];
  const rows = items.map(([kind, html]) => `<li class="${kind}"><b>${SIGNS[kind]}</b>${html}</li>`);
  return `<ul class="trust">${rows.join("\n")}</ul>`;
}

const measured = ({ task }: RunState): Item =>
  task.evaluate === undefined
    ? [
        "warn",
        "Scores are self-reported: the task has no <code>evaluate</code> command, so each number is the program's own claim.",
      ]
    : ["good", "Scores come from the task's own evaluator, which no edit can change."];

/** The loops that keep what has the best single score, however noisy. */
const once = ({ task, champion, counts }: RunState): Item[] =>
  task.settings === undefined || task.metric.deterministic || champion === null || counts.scored < 2
    ? []
    : [
        [
          "warn",
          `The champion is the best of ${formatCount(counts.scored, "measurement")}, each made once and with noise: its score is flattered.`,
        ],
      ];

function sandboxed({ tiers }: RunState): Item {
  if (tiers.includes("none"))
    return ["warn", "This run was not sandboxed: programs had the rights of the user who started it."];
  if (tiers.includes("imported"))
    return ["warn", "This run was made by another tool: how its programs were run is not known."];
  return ["good", `Every program ran in a sandbox: ${escapeXml(tiers.join(", "))}.`];
}
