/**
 * `--model builtin`: answers a prompt that shows code with an edited version of that code. It is no language model: it
 * reads nothing of the prompt but its first block of code, and knows syntax, numbers and a few idioms (propose/rewrites,
 * propose/literals/random). It makes the recursion run offline, with gains that are small, real and measured.
 */
import { fencesOf } from "../../core/edits/answer-fences.ts";
import type { ProgramFiles } from "../../core/edit.ts";
import { type ModelAnswer, type ModelReply, type ModelRequest, NO_TOKENS } from "../../core/exchange.ts";
import { createRandom, type Random } from "../../core/numerics/random.ts";
import { languageOf } from "../../syntax/languages.ts";
import type { LanguageModel } from "../../models/types.ts";
import { fenced } from "../model/quote.ts";
import { editOnce } from "./edit-once.ts";

export const BUILTIN = "builtin";

/** Extensions for the names that fences give languages. */
const EXTENSIONS: Readonly<Record<string, string>> = { typescript: "ts", javascript: "js", python: "py", rust: "rs" };
const DEFAULT_TEMPERATURE = 0.7;
/** Edits of one answer at most. */
const MOST_EDITS = 8;

/** Deterministic: the same seed, purpose and request give the same answers. Temperature is how many edits one answer has. */
export const builtinModel = (seed: number): LanguageModel => ({
  name: BUILTIN,
  contextTokens: undefined,
  price: { input: 0, output: 0 },
  async complete(request, signal, purpose = "") {
    const random = createRandom(`${seed}/${purpose}/${JSON.stringify(request.messages)}`);
    const answers: ModelAnswer[] = [];
    const given: ProgramFiles[] = [];
    for (let sample = 0; sample < request.samples && !signal.aborted; sample++)
      answers.push({ text: await answer(request, random.fork(sample), given), finish: "stop" });
    return signal.aborted ? ABORTED : { answers, usage: NO_TOKENS, failure: null, attempts: 0, wallSeconds: 0 };
  },
});

const ABORTED: ModelReply = {
  answers: [],
  usage: NO_TOKENS,
  failure: { kind: "aborted", message: "the call was aborted", isPassing: true },
  attempts: 0,
  wallSeconds: 0,
};

/** `given`: programs of the answers before, which are not given again; this one joins them. */
async function answer(request: ModelRequest, random: Random, given: ProgramFiles[]): Promise<string> {
  const block = codeIn(request);
  if (block === null) return "The built-in proposer edits code, and found no block of code in this prompt.";
  const edits = editCount(request.temperature ?? DEFAULT_TEMPERATURE, random);
  const done: string[] = [];
  let files: ProgramFiles = { [block.path]: block.text };
  const known = [files, ...given];
  for (let edit = 0; edit < edits; edit++) {
    const edited = await editOnce(files, random.fork(`edit/${edit}`), known);
    if (edited === null) break;
    files = edited.files;
    done.push(edited.description);
  }
  if (done.length === 0) return "The built-in proposer found nothing to edit in this code.";
  given.push(files);
  return `Idea: ${done.join("; then ")}\n\n${fenced(files[block.path] as string, block.language)}`;
}

interface CodeBlock {
  /** As the fence calls it. */
  readonly language: string;
  readonly path: string;
  readonly text: string;
}

/** The first block of code of the last message that has one. */
function codeIn({ messages }: ModelRequest): CodeBlock | null {
  for (const { content } of messages.toReversed()) {
    for (const { info, text } of fencesOf(content.split(/\r?\n/))) {
      const language = info.split(/\s/)[0]?.toLowerCase() ?? "";
      const path = `solution.${EXTENSIONS[language] ?? (language === "" ? "ts" : language)}`;
      if (languageOf(path) !== undefined && text.trim() !== "")
        return { language: language || "typescript", path, text };
    }
  }
  return null;
}

/** One edit, and one more with probability t / (1 + t), again and again: 1 + t of them on average. */
function editCount(temperature: number, random: Random): number {
  const more = Math.max(0, temperature) / (1 + Math.max(0, temperature));
  let edits = 1;
  while (edits < MOST_EDITS && random.next() < more) edits++;
  return edits;
}
