/** The machine as the user has it, and what of it a sandbox has to be given. */

export interface Toolchain {
  readonly env: Readonly<Record<string, string>>;
  /** Folders, absolute. */
  readonly mounts: readonly string[];
}

export interface Host {
  /** Absolute path of a program, as the user's shell finds it. */
  readonly find: (name: string) => string | undefined;
  readonly home: string;
  /** The task's folder, absolute. */
  readonly folder: string;
  /** The user's environment: RUSTUP_HOME and CARGO_HOME, if those are not in the home. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}
