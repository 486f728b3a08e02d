/**
 * The prompt of one call: the paper's state (autoresearch-rl §4.1, §4.3) within a budget of tokens. What stays the same
 * comes first (rules, agenda, the champion's program), then what grows at its end (the experiments), then what changes with
 * every call. Too long, it shortens the experiments; the rules and the program are never cut.
 */
import type { ChatMessage } from "../../core/exchange.ts";
import { shortNumber } from "../../core/figures.ts";
import { holdsMarks } from "../../core/edits/marked-regions.ts";
import type { PromptSettings } from "../../core/task.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { estimateTokens, promptTokens } from "../../models/tokens.ts";
import type { ProposerContext } from "../types.ts";
import { type Detailing, diagnosticsOf, endOfOutput, experimentRenderer, headline, heldLine } from "./experiment.ts";
import { bestTrials } from "./history.ts";
import { fenced, oneLine, quotedLine } from "./quote.ts";
import { systemMessage } from "./system.ts";
import type { Ask } from "./types.ts";

/** How much of the history is shown where there is room. */
export interface PromptView {
  /** Trials back from the newest: K of §4.3. */
  readonly experiments: number;
  readonly best: number;
}

/** The paper's window: the last 32 experiments and the five best. */
const FULL_VIEW: PromptView = { experiments: 32, best: 5 };

export interface PromptOptions {
  readonly settings: PromptSettings;
  readonly ask: Ask;
  /** Tokens that the model takes, prompt and answer together; undefined when not known. */
  readonly contextTokens?: number | undefined;
  /** Default: FULL_VIEW. */
  readonly view?: PromptView;
}

export interface Prompt {
  /** A system message and one user message. */
  readonly messages: readonly ChatMessage[];
  /** Estimated. */
  readonly tokens: number;
  /** The budget that it was made for. */
  readonly limit: number;
  /** What was left out, one sentence each. */
  readonly notes: readonly string[];
  /** Leading characters of the user message that change with the champion's program only. */
  readonly stable: number;
}

/** How far the experiments are shortened, step by step. */
const LEVELS: readonly (Detailing & { readonly experiments: number; readonly best: number })[] = [
  { experiments: 32, best: 5, diff: 2_000, log: 800 },
  { experiments: 32, best: 5, diff: 800, log: 400 },
  { experiments: 32, best: 5, diff: 300, log: 150 },
  { experiments: 16, best: 5, diff: 300, log: 150 },
  { experiments: 8, best: 3, diff: 300, log: 150 },
  { experiments: 4, best: 1, diff: 200, log: 100 },
  { experiments: 2, best: 1, diff: 0, log: 0 },
  { experiments: 0, best: 0, diff: 0, log: 0 },
];

/** A full window moves on by this many trials at a time: between its moves, calls share the experiments too. */
const STRIDE = 8;
/** Tokens kept free for the answer in a model's context. */
const ANSWER_TOKENS = 8_192;
/** Share of the budget that the agenda may take, and an intent. */
const AGENDA_SHARE = 0.25;

/** Never longer than the budget, unless rules and program alone are; `notes` says so then. Pure. */
export function buildPrompt(context: ProposerContext, options: PromptOptions): Prompt {
  const limit = tokenLimit(options);
  const agenda = withinTokens(context.agenda, limit * AGENDA_SHARE);
  const intent = withinTokens(options.ask.intent ?? "", limit * AGENDA_SHARE);
  const isMarked = holdsMarks(context.program(context.champion.candidate));
  const system = systemMessage(context.task, { edit: options.settings.edit, agenda, isMarked });
  const program = programSection(context);
  const renderTrial = experimentRenderer(context);
  const render = (level: number): Prompt => {
    const parts = { ...levelOf(level, options.view ?? FULL_VIEW), renderTrial, intent };
    const messages = [message("system", system), message("user", program + changingPart(context, parts))];
    return { messages, tokens: promptTokens({ messages }), limit, notes: [], stable: program.length };
  };
  let level = 0;
  let prompt = render(level);
  while (prompt.tokens > limit && level < LEVELS.length - 1) prompt = render(++level);
  if (prompt.tokens > limit && (agenda !== "" || intent !== "")) {
    const bare = buildPrompt({ ...context, agenda: "" }, { ...options, ask: { ...options.ask, intent: undefined } });
    return { ...bare, notes: [...bare.notes, "the agenda is left out"] };
  }
  const notes = [
    ...(agenda === context.agenda ? [] : ["the agenda is cut off"]),
    ...(level === 0 ? [] : [shortenedNote(level)]),
    ...(prompt.tokens > limit ? [`rules and program alone take ${prompt.tokens} tokens; the budget is ${limit}`] : []),
  ];
  return { ...prompt, notes };
}

const message = (role: ChatMessage["role"], content: string): ChatMessage => ({
  role,
  content: content.toWellFormed(),
});

/** Tokens that a prompt may have for a model of that context. */
export function tokenLimit({ settings, contextTokens }: Pick<PromptOptions, "settings" | "contextTokens">): number {
  if (contextTokens === undefined) return settings.tokens;
  return Math.min(settings.tokens, Math.floor(contextTokens - Math.min(ANSWER_TOKENS, contextTokens / 4)));
}

const levelOf = (level: number, view: PromptView): (typeof LEVELS)[number] => {
  const wanted = LEVELS[level] as (typeof LEVELS)[number];
  return {
    ...wanted,
    experiments: Math.min(wanted.experiments, view.experiments),
    best: Math.min(wanted.best, view.best),
  };
};

const shortenedNote = (level: number): string => {
  const { experiments, diff } = LEVELS[level] as (typeof LEVELS)[number];
  return experiments === 0
    ? "no experiments are shown: there is no room for them"
    : `experiments are shortened: the last ${experiments}, ${diff === 0 ? "without diffs" : `diffs cut at ${diff} characters`}`;
};

/** As many whole lines from the start as fit. */
function withinTokens(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text;
  let kept = "";
  let left = tokens - 8;
  for (const line of text.split("\n")) {
    left -= estimateTokens(`${line}\n`);
    if (left < 0) break;
    kept += `${line}\n`;
  }
  return kept === "" ? "" : `${kept}(cut off here)\n`;
}

/** The champion's files: the stable start of the user message. */
export function programSection(context: ProposerContext): string {
  const files = Object.entries(context.program(context.champion.candidate)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const quoted = files.map(([path, text]) => `${oneLine(path, 400)}\n${fenced(text)}`);
  return `# The program, as your edit will find it\n\n${quoted.join("\n")}\n`;
}

interface Shown extends Detailing {
  readonly experiments: number;
  readonly best: number;
  readonly renderTrial: ReturnType<typeof experimentRenderer>;
  readonly intent: string;
}

function changingPart(context: ProposerContext, shown: Shown): string {
  const recent = lastExperiments(context.history, shown.experiments);
  const best = bestTrials(context).slice(0, shown.best);
  const render = (record: TrialRecord): string => shown.renderTrial(record, shown);
  const ranked = best.map((record) =>
    recent.includes(record) ? `## ${headline(record)}, shown above\n` : render(record),
  );
  const running = shown.experiments === 0 ? [] : context.pending.slice(-STRIDE).map(render);
  return [
    section(
      "# Experiments, oldest first; each diff is against the program under “From”, each result against the champion then",
      recent.map(render),
    ),
    section("# The best, best first", ranked),
    section("# Running now, or not decided yet", running),
    lastSection(context, shown),
  ].join("");
}

const section = (title: string, parts: readonly string[]): string =>
  parts.length === 0 ? "" : `${title}\n\n${parts.join("\n")}\n`;

/** The last `count` trials, and up to seven more where the window has begun to move. */
function lastExperiments(history: readonly TrialRecord[], count: number): readonly TrialRecord[] {
  const first = history.slice(-count)[0]?.trial ?? 0;
  const from = count < STRIDE ? first : Math.floor(first / STRIDE) * STRIDE;
  return count === 0 ? [] : history.filter(({ trial }) => trial >= from);
}

function lastSection(context: ProposerContext, { intent, log }: Pick<Shown, "intent" | "log">): string {
  const { champion, baseline, task, history } = context;
  const last = history.findLast(({ trial }) => trial === champion.trial)?.outcome ?? null;
  const runs =
    last?.score == null || last.score === champion.score
      ? ""
      : ` over several runs (${shortNumber(last.score)} in its first)`;
  const took = last === null ? "" : ` One run took ${diagnosticsOf(last.diagnostics)}.`;
  return [
    "# Now\n\n",
    `The program above is the champion, trial ${champion.trial}: \`${oneLine(task.metric.name)}\` ${shortNumber(champion.score)}${runs},`,
    ` where the baseline has ${shortNumber(baseline.score)}.${took}${heldLine(context)}\n`,
    endOfOutput(last, log),
    intent.trim() === "" ? "" : `${intent.trim()}\n`,
    "Give your next edit of it, as laid down under “Your answer”.\n",
  ].join("");
}

/** What a model is told about an edit that was not accepted. `reason` is quoted: it may hold what a program printed. */
export const correctionMessage = (reason: string): string =>
  `That edit was not accepted: ${quotedLine(reason, 600)}\nCorrect it, or take another idea if that is what is wrong, and give a whole edit in the same form, for the program as it was shown.\n`;
