/** The literals of candidates: their values by key, and whether two programs differ in these alone. */
import { candidateId } from "../../core/candidate.ts";
import type { ProgramFiles } from "../../core/edit.ts";
import type { CandidateId } from "../../core/trial.ts";
import { findLiterals, type FileLiterals, type LiteralSite, type LiteralValue } from "../../syntax/literals.ts";
import { boundedCache } from "../bounded-cache.ts";
import type { ProposerContext } from "../types.ts";

/** Of the champion's, the baseline's and the newest candidates' files. */
const literals = boundedCache<FileLiterals>(32, 1_000_000);
const candidates = boundedCache<Read>(1024);

interface Read {
  /** Every literal's value by key. */
  readonly values: ReadonlyMap<string, LiteralValue>;
  /** Names what stands between the literals. */
  readonly between: string;
}

/** The literals of a file. */
export const literalsIn = (path: string, text: string): Promise<FileLiterals> =>
  literals(`${path}\0${text}`, () => findLiterals(path, text));

/** A candidate's name is the hash of its content, so it is the key; the program of one that is known is not even fetched. */
export const readCandidate = (context: Pick<ProposerContext, "program">, candidate: CandidateId): Promise<Read> =>
  candidates(candidate, () => read(context.program(candidate)));

/** Every literal's value by key. */
export const valuesIn = async (
  context: Pick<ProposerContext, "program">,
  candidate: CandidateId,
): Promise<ReadonlyMap<string, LiteralValue>> => (await readCandidate(context, candidate)).values;

async function read(files: ProgramFiles): Promise<Read> {
  const found = await Promise.all(
    Object.entries(files).map(async ([path, text]) => ({ path, text, sites: (await literalsIn(path, text)).sites })),
  );
  return {
    values: new Map(found.flatMap(({ sites }) => sites.map((site) => [site.key, site.value]))),
    between: candidateId(Object.fromEntries(found.map(({ path, text, sites }) => [path, without(text, sites)]))),
  };
}

function without(text: string, sites: readonly LiteralSite[]): string {
  const starts = [0, ...sites.map(({ end }) => end)];
  return starts.map((start, i) => text.slice(start, sites[i]?.start)).join("\0");
}
