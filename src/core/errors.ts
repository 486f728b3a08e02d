/**
 * Errors of the harness. A failing candidate is data (see outcome.ts) and never one of these.
 * Every error has a stable `code` for programs and a `hint` that tells a person what to do next.
 */

export interface StropErrorOptions {
  /** What to do about it, as one imperative sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Something strop itself cannot go on from: bad configuration, a missing sandbox, a damaged journal. */
export class StropError extends Error {
  override readonly name = "StropError";
  /** Stable, kebab-case, dotted by room: `config.unknown-key`, `journal.locked`. */
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: StropErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** The code of what Node or a system threw, such as `ENOENT`; "" for anything else. */
export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";

/** The message of anything that was thrown, for quoting inside another message. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
