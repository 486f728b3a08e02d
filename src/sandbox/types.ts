/**
 * What it means to run untrusted code: two kinds of job, one shape of result. A failure has the shape of a success.
 * The host counts and limits everything; nothing here believes what the code says.
 */
import type { Json } from "../core/json.ts";

/** From weakest to strongest. `none` runs commands unconfined and needs the user's explicit consent. */
export type Tier = "none" | "deno" | "bubblewrap" | "bubblewrap+deno";

export interface Limits {
  /** Wall seconds from launch; the whole process tree is killed when they are over. */
  readonly wallSeconds: number;
  readonly memoryBytes: number;
  readonly processes: number;
  /** Bytes on stdout and stderr together. */
  readonly outputBytes: number;
  /** Bytes (and a number of files derived from it) in the work folder, /tmp and /dev/shm. */
  readonly diskBytes: number;
}

/** Live use of a running job, measured on the host. */
export interface Usage {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

export interface JobBase {
  readonly limits: Limits;
  /** Aborting kills the whole tree; the result says `aborted` with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Text as it is printed, decoded, in pieces of any length. Contract: must not throw. */
  readonly onOutput?: (text: string, stream: "stdout" | "stderr") => void;
}

/** Arbitrary command. */
export interface CommandJob extends JobBase {
  readonly argv: readonly string[];
  /**
   * Host folder that becomes the working directory `/box`, writable. When strop runs as root it is given, with all
   * that is in it, to nobody: put no hard links to other files there.
   */
  readonly workFolder: string;
  /**
   * Absolute path that leads to `/box`, too, for what has it written down: scripts and editable packages of a virtual
   * environment. Left out where something is shown there, or is the sandbox's own; empty below /usr, which every
   * sandbox shows. In tier `none` ignored.
   */
  readonly knownAs?: string;
  /** Host paths to show read-only at a path inside `/box` (relative) or elsewhere (absolute). */
  readonly readOnly: readonly { readonly host: string; readonly inside: string }[];
  /** Host paths below /dev to show as they are, readable and writable; default none. In tier `none` all are seen. */
  readonly devices?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A self-contained ES module with a default export `(host: ModuleHost) => Json | Promise<Json>`. */
export interface ModuleJob extends JobBase {
  /** JavaScript text without imports, as made by `bundleModule`. */
  readonly source: string;
  readonly input: Json;
  /** Bytes handed in by name. */
  readonly blobs: Readonly<Record<string, Uint8Array>>;
  /** Functions of the host that the module may call by name; each call's budget is counted here. */
  readonly functions: Readonly<Record<string, HostFunction>>;
}

/**
 * Contract: called in the order of arrival and before anything is awaited, so that what it reserves synchronously holds
 * against any number of calls at once. A thrown error's message reaches the module as a rejected promise; its stack
 * does not.
 */
export type HostFunction = (argument: Json, bytes: Uint8Array | undefined) => Json | Promise<Json>;

/** What a module's default export receives. */
export interface ModuleHost {
  readonly input: Json;
  readonly blobs: Readonly<Record<string, Uint8Array>>;
  call(name: string, argument?: Json, bytes?: Uint8Array): Promise<Json>;
}

/** Why the host ended a job. */
export type KillReason = "wall" | "memory" | "processes" | "output" | "disk" | "aborted" | "protocol";

export interface JobResult {
  /** Exit code, or null after a signal. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Undefined when the job ended by itself. */
  readonly killed: KillReason | undefined;
  /** One sentence for people: `used 612 MB of 600 MB memory`. Empty when exit code is 0. */
  readonly reason: string;
  /** Module jobs: what the default export returned; undefined if it failed. */
  readonly value: Json | undefined;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
  /** Last 64 kB of stdout and stderr, interleaved as they came. */
  readonly outputTail: string;
}

export interface Execution {
  /** Resolves when the whole process tree is gone and all output has been delivered. Never rejects. */
  readonly result: Promise<JobResult>;
  /** As measured in the last `maxAgeMs`, 5 by default. */
  usage(maxAgeMs?: number): Usage;
}

export interface ModuleExecution extends Execution {
  /**
   * As `result`, except that after a module has returned it does not wait until its process, which was sent SIGKILL, is
   * gone: the kernel needs milliseconds for that. Nothing that this module does is heard or believed any more, and no
   * other module of this sandbox is given its program before the process is gone.
   */
  readonly returned: Promise<JobResult>;
}

export interface Sandbox {
  readonly tier: Tier;
  /** Throws StropError `sandbox.command-refused` when the tier cannot confine commands, `sandbox.missing-mount` for a path to show that is gone. */
  command(job: CommandJob): Execution;
  module(job: ModuleJob): ModuleExecution;
  /** Ends spare processes. Running jobs are killed. */
  close(): Promise<void>;
}
