/**
 * The options of `strop run` that hold for its next session too. A run does not remember what the command line said over
 * the config, so the steps that are suggested at its end repeat it.
 */
import { quoted } from "./closing.ts";

const LASTING = {
  budget: "--budget",
  parallel: "--parallel",
  codeModel: "--code-model",
  policyModel: "--policy-model",
  policyOption: "--policy-option",
  model: "--model",
  agent: "--agent",
  maxCost: "--max-cost",
  population: "--population",
  tier: "--tier",
} as const;

/** Of `RunOptions`; `model` is false for `--no-model`. */
type LastingOptions = {
  readonly [Key in keyof typeof LASTING]?: string | number | readonly string[] | false | undefined;
} & { readonly unsafeNoSandbox?: boolean };

/** As a shell reads them; the proposer stands apart, because a comparison replaces it. */
export function lastingOptions(options: LastingOptions): string {
  const given = Object.entries(LASTING).flatMap(([key, flag]) =>
    wordsOf(options[key as keyof typeof LASTING]).map((word) => `${flag} ${quoted(word)}`),
  );
  return [
    ...given,
    ...(options.model === false ? ["--no-model"] : []),
    ...(options.unsafeNoSandbox === true ? ["--unsafe-no-sandbox"] : []),
  ].join(" ");
}

/** `false` is what `--no-model` leaves in the place of names. */
const wordsOf = (value: LastingOptions[keyof typeof LASTING]): string[] =>
  value === undefined || value === false ? [] : typeof value === "object" ? [...value] : [String(value)];
