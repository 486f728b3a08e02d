/** The last words of a run: baseline to champion, the diff, where things lie, and what to do next. */
import type { RunState } from "../../journal/state.ts";
import { costNote } from "../../report/cost.ts";
import { formatChange, formatCount, formatDuration, formatScore } from "../../report/format.ts";
import { driftNote, hiddenNote, hugeGainNote, noNoiseNote, undecidedNote } from "../../report/keeping.ts";
import { nothingYet } from "../../report/prospect.ts";
import { NOTHING_LEFT } from "../../loop/research/research.ts";
import { executedTrials, reachedTarget, stopReason, timeReason } from "../../loop/stop.ts";
import { MONEY_SPENT } from "../../loop/watch-models.ts";
import { commandName } from "../command-name.ts";
import { place } from "../place.ts";
import { quoted, sameCommand, stepLines } from "../same-command.ts";
import { shown } from "./shown.ts";
import { bold, dim, green, shortDiff, yellow } from "./style.ts";
import { countsJson, tally } from "./tally.ts";
import type { RunFiles } from "../../report/write-report.ts";

export interface Closing {
  readonly state: RunState;
  readonly files: RunFiles;
  readonly taskFolder: string;
  /** Branch with one commit per champion, or null outside git. */
  readonly branch: string | null;
  readonly json: boolean;
}

export function printClosing(closing: Closing): void {
  const text = closing.json
    ? `${JSON.stringify(closingJson(closing))}\n`
    : `${closingLines({ ...closing, state: shown(closing.state) }).join("\n")}\n`;
  process.stdout.write(text);
}

function closingJson({ state, files, branch }: Closing): Record<string, unknown> {
  const { run, baselineScore, champion, ended, task } = state;
  return {
    run,
    metric: task.metric.name,
    direction: task.metric.direction,
    baseline: baselineScore,
    champion: champion?.score ?? null,
    championTrial: champion?.trial ?? null,
    trials: executedTrials(state),
    counts: countsJson(state),
    ended,
    selfReported: task.evaluate === undefined,
    tier: state.tier,
    report: files.report,
    program: files.champion,
    branch,
  };
}

function closingLines({ state, files, taskFolder, branch }: Closing): string[] {
  const { champion, baselineScore, task } = state;
  const improved = champion !== null && champion.trial > 0;
  const folder = place(taskFolder);
  const at = folder === "." ? "" : ` ${quoted(folder)}`;
  const diffCommand = `${commandName()} diff${at === "" ? "" : ` -C${at}`}`;
  return [
    "",
    dim(
      `${state.ended ?? "still open"}: ${formatCount(executedTrials(state), "trial")} in ${formatDuration(state.activeMs)} (${tally(state)})`,
    ),
    "",
    improved && baselineScore !== null
      ? bold(
          `${task.metric.name}  ${formatScore(baselineScore)} → ${green(formatScore(champion.score))}  ${formatChange(baselineScore, champion.score)}`,
        ) + dim(`   trial ${champion.trial}`)
      : bold(`${task.metric.name}  ${formatScore(baselineScore)}: ${nothingYet(state)}`),
    ...[costNote(state) ?? []].flat().map((note) => dim(note)),
    ...[driftNote(state) ?? [], noNoiseNote(state) ?? [], hiddenNote(state) ?? []].flat().map((note) => dim(note)),
    ...(state.contests.length > 0 ? [dim(undecidedNote(state))] : []),
    ...(state.tier === "none" ? [yellow("not sandboxed: programs ran with your rights (--unsafe-no-sandbox)")] : []),
    ...(task.evaluate === undefined
      ? [dim("self-reported: the program printed this number itself; name an `evaluate` command to have it measured")]
      : []),
    ...[hugeGainNote(state) ?? []].flat().map((note) => yellow(note)),
    ...holdoutLine(state),
    "",
    ...(improved ? [...shortDiff(files.diff, 80, diffCommand), ""] : []),
    `${dim("report ")} ${place(files.report)}`,
    `${dim("program")} ${place(files.champion)}`,
    ...(branch !== null && improved ? [`${dim("branch ")} ${branch}`] : []),
    "",
    ...nextSteps(at, improved, state),
  ];
}

function holdoutLine(state: RunState): string[] {
  const [first, last] = [state.holdouts[0], state.holdouts.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [dim(`holdout ${formatScore(first.score)} → ${formatScore(last.score)}`)];
}

function nextSteps(at: string, improved: boolean, state: RunState): string[] {
  const strop = commandName();
  return stepLines([
    ...step(improved, `${strop} apply${at}`, "write the champion into your files"),
    ...goOn(state),
    ...step(
      isComparable(state),
      `${sameCommand([...OF_A_SESSION, ...OF_A_PROPOSER])} --fresh --proposer random`,
      "a baseline to compare with; the report then shows both",
    ),
    [`${strop} log${at}`, "every trial"],
  ]);
}

/** Whether a run of random search can be of use beside this one: edits were tried, and whoever proposes has not run out of them. */
const isComparable = (state: RunState): boolean =>
  state.task.proposer !== "random" && executedTrials(state) > 1 && !hasNothingLeft(state);

const hasNothingLeft = ({ ended }: RunState): boolean => ended?.startsWith(NOTHING_LEFT) === true;

/** What a next session says anew, or is better off without. */
const OF_A_SESSION = ["--for <d>", "--trials <n>", "--hours <n>", "--target <score>", "--fresh", "--json"];
/** Another proposer refuses what only the one before could do something with. */
const OF_CODE_MODEL = ["--code-model <file>", "--learn"];
const OF_POLICY_MODEL = ["--policy-model <model>", "--policy-option <key=value>"];
const OF_A_PROPOSER = ["--proposer <name>", ...OF_CODE_MODEL, ...OF_POLICY_MODEL];

const step = (isOpen: boolean, command: string, what: string): [string, string][] => (isOpen ? [[command, what]] : []);

/** What lets a run go on: more time, or more of what has run out. Nothing where only its config could. */
function goOn(state: RunState): [string, string][] {
  const { task, ended } = state;
  const { target, trials, hours, cost } = task.stop;
  const more = (options: string, without: readonly string[] = []): [string, string][] => [
    [`${sameCommand([...OF_A_SESSION, ...without])} ${options}`, "go on from here"],
  ];
  if (target !== undefined && ended === reachedTarget(task)) return more("--target <score>");
  if (trials !== undefined && executedTrials(state) >= trials) return more(`--trials ${2 * trials}`);
  if (hours !== undefined && timeReason(state) !== undefined) return more(`--hours ${2 * hours}`);
  if (cost !== undefined && ended?.startsWith(MONEY_SPENT) === true)
    return more(`--max-cost ${2 * cost}`, ["--max-cost <dollars>"]);
  // Asked the same again, it would have nothing again.
  if (hasNothingLeft(state))
    return task.proposer === "portfolio" ? withModel(state) : more("--proposer portfolio --for 30m", OF_A_PROPOSER);
  return stopReason(state, state.nextTrial) === undefined ? more("--for 30m") : [];
}

/** Numbers and rules are soon used up, in a language that strop does not read at once; what a model could change is not. */
const withModel = ({ task: { models = [], agent } }: RunState): [string, string][] =>
  models.length > 0 || agent !== undefined
    ? []
    : [
        [
          `${sameCommand([...OF_A_SESSION, "--no-model"])} --model <name>`,
          "go on with a language model, or --agent, which may edit anything",
        ],
      ];
