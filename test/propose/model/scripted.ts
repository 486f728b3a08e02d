/** Models that answer from a script, behind the real gateway, and contexts to ask them about. */
import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import { candidateId, sha256 } from "../../../src/core/candidate.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import {
  type ModelAnswer,
  type ModelFailureKind,
  type ModelReply,
  type ModelRequest,
  NO_TOKENS,
} from "../../../src/core/exchange.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import type { PromptSettings } from "../../../src/core/task.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { createGateway } from "../../../src/models/gateway.ts";
import { type MemoryBook, memoryBook } from "../../models/memory-book.ts";
import type { LanguageModel, ModelGateway } from "../../../src/models/types.ts";
import type { Proposal, Proposer, ProposerContext } from "../../../src/propose/types.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";

export const settings: PromptSettings = { tokens: 64_000, samples: 1, resamples: 2, edit: "search-replace" };

export type Script = (request: ModelRequest, call: number) => readonly (string | ModelAnswer)[] | Failing;

interface Failing {
  readonly fails: ModelFailureKind;
  readonly isPassing?: boolean;
}

export const fails = (kind: ModelFailureKind, isPassing = true): Failing => ({ fails: kind, isPassing });

/** A model that answers what `script` says, and the requests that reached it. */
export function scriptedModel(
  script: Script,
  { name = "scripted", contextTokens }: { name?: string; contextTokens?: number } = {},
): LanguageModel & { readonly requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  return {
    name,
    contextTokens,
    price: { input: 0, output: 0 },
    requests,
    async complete(request) {
      requests.push(request);
      return replyOf(script(request, requests.length - 1));
    },
  };
}

function replyOf(said: ReturnType<Script>): ModelReply {
  const blank = { answers: [], usage: NO_TOKENS, failure: null, attempts: 1, wallSeconds: 0 };
  if (!Array.isArray(said)) {
    const { fails: kind, isPassing = true } = said as Failing;
    return { ...blank, failure: { kind, message: `it failed: ${kind}`, isPassing } };
  }
  return {
    ...blank,
    answers: said.map((one: string | ModelAnswer) => (typeof one === "string" ? { text: one, finish: "stop" } : one)),
  };
}

export interface Scripted {
  readonly gateway: ModelGateway;
  readonly book: MemoryBook;
}

export function gatewayOf(models: readonly LanguageModel[], book = memoryBook()): Scripted {
  return { gateway: createGateway({ models, book }), book };
}

/** A text's fences of back-ticks as CommonMark reads them, at line starts. */
export function fencesIn(text: string): { info: string; above: string; text: string; isClosed: boolean }[] {
  const fences: ReturnType<typeof fencesIn> = [];
  let [above, mark, isOpen] = ["", "", false];
  for (const line of text.split("\n")) {
    const [, run, info] = /^(`{3,})([^`]*)$/.exec(line) ?? [];
    const fence = fences.at(-1);
    if (isOpen && fence !== undefined) {
      isOpen = run === undefined || run.length < mark.length || info?.trim() !== "";
      if (isOpen) fence.text += `${line}\n`;
      else fence.isClosed = true;
    } else if (run !== undefined) {
      fences.push({ info: info ?? "", above, text: "", isClosed: false });
      [mark, isOpen] = [run, true];
    } else above = line;
  }
  return fences;
}

/** The program's files as the prompt shows them. */
export const programInPrompt = ({ messages }: Pick<ModelRequest, "messages">): Map<string, string> =>
  new Map(
    fencesIn(messages[1]?.content ?? "")
      .filter(({ info }) => info === "")
      .map(({ above, text }) => [above, text]),
  );

/** A model that knows how to change a number: always an edit that applies, and never the same twice. */
export const tuner: Script = (request) =>
  Array.from({ length: request.samples }, (_, sample) => {
    const fresh = String(1 + (Number.parseInt(sha256(JSON.stringify(request) + sample).slice(0, 10), 16) % 1e9));
    const [path, text] = [...programInPrompt(request)].find(([, file]) => /\d/.test(file)) ??
      [...programInPrompt(request)][0] ?? ["main.py", ""];
    const line = text.split("\n").find((candidate) => /\d/.test(candidate));
    if (line === undefined) return `Idea: begin\n\n${path}\n${block("", `x = ${fresh}`)}`;
    const changed = line.replace(/\d[\d._]*/, fresh);
    const isUnique = text.split("\n").filter((other) => other === line).length === 1;
    return isUnique
      ? `Idea: another number\n\n${path}\n${block(line, changed)}`
      : `Idea: another number\n\n${path}\n~~~~~~~~\n${text.replace(line, changed)}~~~~~~~~\n`;
  });

/** A SEARCH/REPLACE block. */
export const block = (search: string, replace: string): string =>
  ["<<<<<<< SEARCH", ...(search === "" ? [] : [search]), "=======", replace, ">>>>>>> REPLACE", ""].join("\n");

/** A context with the baseline only. */
export async function contextOf(
  program: ProgramFiles,
  changes: Partial<ProposerContext> = {},
): Promise<ProposerContext> {
  const silent: Proposer = { name: "silent", propose: async () => null };
  const { context } = await simulateRun({ proposer: silent, program, score: () => 1, trials: 1, seed: 1 });
  return { ...context, trial: 1, ...changes };
}

/**
 * One turn of the loop: the proposal becomes a finished trial of the next context. A proposal that does not apply is
 * invalid; others score `score`, and are kept when that is below the champion's.
 */
export function afterProposal(context: ProposerContext, proposal: Proposal, score: number): ProposerContext {
  const parent = context.program(proposal.parent);
  const inScope = (path: string): boolean => context.task.program.includes(path);
  const applied =
    proposal.problem !== undefined || proposal.edit === null
      ? { ok: false as const, reason: proposal.problem ?? "the answer holds no edit" }
      : applyEdit(parent, proposal.edit, inScope);
  const candidate = applied.ok ? candidateId(applied.files) : null;
  const isKept = applied.ok && score < context.champion.score;
  const record: TrialRecord = {
    trial: context.trial,
    attempts: 1,
    proposer: "model",
    description: proposal.description,
    parent: proposal.parent,
    candidate,
    edit: proposal.edit,
    detail: proposal.detail,
    seed: 0,
    outcome: {
      status: applied.ok ? "scored" : "invalid",
      score: applied.ok ? score : null,
      reason: applied.ok ? "" : applied.reason,
      selfReported: false,
      metrics: {},
      diagnostics: { wallSeconds: 2, trainSeconds: 1, cpuSeconds: 1, peakMemoryBytes: 2 ** 27, outputTail: "" },
    },
    verdict: applied.ok
      ? { decision: isKept ? "keep" : "discard", rule: "strict", reason: isKept ? "better" : "worse", reward: 0 }
      : null,
  };
  return {
    ...context,
    trial: context.trial + 1,
    champion: isKept ? { candidate: candidate as string, score, trial: record.trial } : context.champion,
    history: [...context.history, record],
    program: (id) => (applied.ok && id === candidate ? applied.files : context.program(id)),
    random: createRandom(context.trial + 1),
  };
}

export const noSignal = (): AbortSignal => new AbortController().signal;
