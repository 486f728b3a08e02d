/**
 * The user's own coding agent as a proposer: it works in a throw-away copy of the champion, and what it changed there in
 * the program's files is the edit. It has the user's rights; what it makes is judged like every other edit.
 */
import { sha256 } from "../../core/candidate.ts";
import type { AgentChoice } from "../../core/task.ts";
import type { Scrubber } from "../../models/recording/scrub.ts";
import type { ExchangeBook, Spending } from "../../models/types.ts";
import type { Proposal, Proposer, ProposerContext } from "../types.ts";
import { askAgent } from "./ask-agent.ts";
import type { AgentAnswer } from "./answer.ts";
import { recall, record } from "./recall.ts";
import { agentRest } from "./rest.ts";
import { agentPrompt } from "./prompt.ts";

export interface AgentProposerOptions {
  readonly choice: AgentChoice;
  /** The task's folder, absolute. */
  readonly folder: string;
  /** The run's folder for temporary files; emptied by whoever made it, also after a kill. */
  readonly tempFolder: string;
  /** Where running agents are noted for the next strop: `agentsFile` of a claimed folder. */
  readonly agentsFile: string;
  /** What the agent is told; must be the same for the same context. Default: `agentPrompt`. */
  readonly prompt?: (context: ProposerContext) => string;
  /** Where calls and their cost are recorded, so that none is paid twice. Default: nowhere. */
  readonly book?: ExchangeBook;
  /** Of the whole run, models included. Default: no limit. */
  readonly spending?: () => Spending;
  /** Takes secrets out of what is kept and shown of its work. Default: nothing is taken out. */
  readonly scrub?: Scrubber;
  /** Told when a rest of the agent begins, with the reason. Default: nobody is. */
  readonly onRest?: (sentence: string) => void;
  /** Milliseconds; default: performance.now. */
  readonly now?: () => number;
}

export interface AgentProposer extends Proposer {
  /** Why it is not asked now, and for how many milliseconds: Infinity for the rest of the session. Undefined while it is asked. */
  rest(): { readonly reason: string; readonly leftMs: number } | undefined;
}

/**
 * A proposer named `agent`. What the agent does wrong is a proposal without an edit, with a `problem`; null while it rests
 * (rest.ts), or when one more edit could cost more than the run may. Rejects with a StropError when the copy cannot be
 * made (`agent.task-too-large`).
 */
export function agentProposer(options: AgentProposerOptions): AgentProposer {
  const { choice, book, scrub = (text) => text, now = () => performance.now() } = options;
  const rest = agentRest(now);
  let reason = "";
  return {
    name: "agent",
    rest() {
      const leftMs = rest.leftMs();
      return leftMs > 0 ? { reason, leftMs } : undefined;
    },
    async propose(context, signal) {
      const prompt = scrub((options.prompt ?? agentPrompt)(context));
      const question = { purpose: `trial-${context.trial}`, model: nameOf(choice), prompt };
      const key = sha256(JSON.stringify(question));
      let answer = recall(book, key);
      if (answer === null) {
        if (rest.leftMs() > 0 || isOverLimit(options)) return null;
        const call = book?.asked({ key, purpose: question.purpose, model: question.model, reserved: choice.cost ?? 0 });
        answer = await askAgent({ ...options, scrub, context, prompt, signal });
        if (book !== undefined && call !== undefined) record(book, { ...question, key, exchange: call, answer });
      }
      if (signal.aborted) return null;
      const restMs = rest.after(answer.edit !== null);
      if (restMs > 0) {
        reason = restingBecause(question.model, answer, restMs);
        options.onRest?.(reason);
      }
      return proposalOf(answer, context);
    },
  };
}

/** `agent:claude`: the command's first word; its arguments may be secret. */
const nameOf = ({ command }: AgentChoice): string => {
  const words = command.trim().split(/\s+/);
  const program = words.find((word) => !/^(?:[A-Za-z_]\w*=|env$|-)/.test(word)) ?? "";
  return `agent:${program.split("/").at(-1) ?? ""}`;
};

function restingBecause(name: string, { problem }: AgentAnswer, restMs: number): string {
  const until =
    restMs === Number.POSITIVE_INFINITY
      ? "is not asked any more in this session"
      : `is asked again in ${Math.ceil(restMs / 60_000)} min`;
  return `${name} ${until}: its edits came to nothing several times in a row, the last because ${problem}`;
}

function isOverLimit({ choice, spending }: AgentProposerOptions): boolean {
  const { spent, inFlight, limit } = spending?.() ?? { spent: 0, inFlight: 0, limit: undefined };
  return limit !== undefined && (spent + inFlight + (choice.cost ?? 0) > limit || spent + inFlight >= limit);
}

function proposalOf(answer: AgentAnswer, { champion }: ProposerContext): Proposal {
  const { edit, problem, summary, dropped, refused, cost, seconds } = answer;
  const notes = [
    ...(dropped.length > 0 ? [`${counted(dropped.length)} outside the program dropped: ${listed(dropped)}`] : []),
    ...(refused.length > 0 ? [`not taken: ${listed(refused)}`] : []),
  ];
  const problems = problem === undefined ? {} : { problem: [problem, ...notes].join("; ") };
  return {
    edit,
    ...problems,
    parent: champion.candidate,
    description: [summary === "" ? "an edit without a word" : summary, ...notes].join("; ").slice(0, 400),
    detail: {
      cost,
      seconds,
      dropped: dropped.slice(0, 20),
      droppedFiles: dropped.length,
      refused: refused.slice(0, 20),
    },
  };
}

const counted = (files: number): string => `${files} file${files === 1 ? "" : "s"}`;

const listed = (names: readonly string[]): string =>
  names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");
