/**
 * From a model's answer to an edit, or to the sentence that says why there is none. Nothing that a model writes throws,
 * and nothing that may be half of an edit is taken for one.
 */
import { applyEdit } from "../../core/edits/apply-edit.ts";
import { candidateId } from "../../core/candidate.ts";
import type { Edit, ProgramFiles } from "../../core/edit.ts";
import type { ModelAnswer } from "../../core/exchange.ts";
import { parseEdit } from "../../core/edits/parse-edit.ts";
import type { CandidateId } from "../../core/trial.ts";
import { oneLine } from "./quote.ts";

/** The program that an edit is for, and which paths belong to it. */
export interface Target {
  readonly program: ProgramFiles;
  readonly inScope: (path: string) => boolean;
}

export interface ReadAnswer {
  readonly edit: Edit | null;
  /** Why it is not worth running; undefined for an edit that applies, or whose refusal applyEdit words. */
  readonly problem: string | undefined;
  /** The answer's `Idea:` line. */
  readonly description: string;
  readonly repairs: readonly string[];
  /** What the program becomes; null when the edit does not apply. */
  readonly candidate: CandidateId | null;
}

/** Characters of an answer beyond which nobody meant an edit. */
const LONGEST = 1_000_000;
const IDEA = /^[\s#>*_-]*Idea[\s*_]*:[\s*_]*(\S.*)$/im;
/** Where prose ends that may say what the idea is: a fence, a block or a diff. */
const EDIT_BEGINS = /^(?:`{3}|~{3}|<{5}|--- |\+{3} |diff )/m;
/** Or letters of a script that leaves no space between words. */
const TWO_WORDS = /\p{L}{2}\p{P}*\s+\p{P}*\p{L}{2}|\p{Lo}{3}/u;
/** What neither compilers nor people see as it is; tab, line feed, form feed and carriage return are code. */
// oxlint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;

/** Reads one answer for a program. */
export function readAnswer(answer: ModelAnswer, { program, inScope }: Target): ReadAnswer {
  const { text, repairs } = withoutReasoning(answer.text.slice(0, LONGEST));
  const read = { edit: null, problem: undefined, description: describe(text), repairs, candidate: null };
  const unusable = whyUnusable(answer, text);
  if (unusable !== null) return { ...read, problem: unusable };
  const parsed = parseEdit(text, Object.keys(program));
  if (!parsed.ok) return { ...read, problem: parsed.reason };
  const found = { ...read, edit: parsed.edit, repairs: [...repairs, ...parsed.repairs] };
  const applied = applyEdit(program, parsed.edit, inScope);
  if (!applied.ok) return found;
  const hidden = hiddenIn(program, applied.files);
  return hidden === null ? { ...found, candidate: candidateId(applied.files) } : { ...found, problem: hidden };
}

function whyUnusable({ text: whole, finish }: ModelAnswer, text: string): string | null {
  if (whole.length > LONGEST)
    return `the answer has ${whole.length} characters; expected one edit, in at most ${LONGEST}`;
  if (finish === "refusal") return "the model refused to answer";
  if (finish === "length" && text.trim() === "")
    return "the length limit was reached by reasoning alone, before the answer began; expected a larger `maxOutputTokens`";
  if (finish === "length")
    return "the answer was cut off at its length limit, so its edit may be half of one; expected a shorter answer, or a larger `maxOutputTokens`";
  if (text.trim() !== "") return null;
  return `the answer ${whole.trim() === "" ? "is empty" : "holds nothing but reasoning"}; expected an edit`;
}

/**
 * Without what a reasoning model thinks aloud before it answers: drafts in there are not the edit. Some servers leave out
 * the tag that opens it; the one that closes it then stands on a line of its own.
 */
function withoutReasoning(text: string): { text: string; repairs: readonly string[] } {
  const isOpen = /^\s*<think(?:ing)?>/.test(text);
  const close = (isOpen ? /<\/think(?:ing)?>/ : /^<\/think(?:ing)?>[ \t\r]*$/m).exec(text);
  if (!isOpen && close === null) return { text, repairs: [] };
  const rest = close === null ? "" : text.slice(close.index + close[0].length);
  return { text: rest, repairs: ["reasoning left out"] };
}

function describe(text: string): string {
  const head = text.slice(0, 4_000);
  const [prose = ""] = head.split(EDIT_BEGINS);
  const line = IDEA.exec(head)?.[1] ?? prose.split("\n").find((candidate) => TWO_WORDS.test(candidate)) ?? "";
  const idea = oneLine(line.replaceAll(/[*_`]+$/g, ""), 200);
  return idea.length < 3 ? "an edit without a stated idea" : idea;
}

/** An edit may not add characters that hide what it does, or that a file of text does not hold. */
function hiddenIn(before: ProgramFiles, after: ProgramFiles): string | null {
  for (const [path, text] of Object.entries(after)) {
    const found = text === before[path] ? null : HIDDEN.exec(text);
    if (found === null || HIDDEN.test(before[path] ?? "")) continue;
    const code = (found[0].codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
    return `the edit puts the control character U+${code} into ${path}`;
  }
  return null;
}
