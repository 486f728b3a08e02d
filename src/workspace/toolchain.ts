/**
 * What a sandbox has to be given of a compiler that lies outside the folders that it sees, for the first config of a
 * Rust or Go program. Of a home only the compiler is named, never what lies beside it: tokens, for example.
 */
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface Toolchain {
  readonly env: Readonly<Record<string, string>>;
  /** Folders, absolute. */
  readonly mounts: readonly string[];
}

export interface Host {
  /** Absolute path of a program. */
  readonly find: (name: string) => string | undefined;
  readonly home: string;
  /** Where rustup keeps compilers, if not in the home. */
  readonly rustupHome?: string | undefined;
}

/** Where a sandbox looks for programs (executor/run-command.ts). */
const SEEN = ["/usr/local/bin", "/usr/bin", "/bin"];
const COMPILERS = new Set(["cargo", "rustc", "go"]);

/** Undefined where the shell command `run` calls no known compiler, or the sandbox has all that it needs, or that is not known. */
export function toolchainOf(run: string, host: Host): Toolchain | undefined {
  const name = run
    .split(/&&|\|\||[;|\n]/)
    .map(programIn)
    .find((program) => COMPILERS.has(program));
  const path = name === undefined ? undefined : host.find(name);
  if (name === undefined || path === undefined) return undefined;
  return (name === "go" ? undefined : rustup(path, host)) ?? standalone(name, path, host);
}

/** Rustup's `cargo` starts another one, which lies below its own home: both are needed, and where the other is. */
function rustup(path: string, { home, rustupHome = join(home, ".rustup") }: Host): Toolchain | undefined {
  const folder = dirname(path);
  const isProxy = basename(realpathSync(path)) === "rustup" || folder === join(home, ".cargo/bin");
  if (!isProxy || !existsSync(rustupHome)) return undefined;
  if (SEEN.includes(folder)) return { env: { RUSTUP_HOME: rustupHome }, mounts: [rustupHome] };
  return { env: { PATH: pathWith(folder), RUSTUP_HOME: rustupHome }, mounts: [folder, rustupHome] };
}

/** A compiler with what belongs to it: in the folder that its `bin` is in. */
function standalone(name: string, path: string, { home }: Host): Toolchain | undefined {
  if (SEEN.includes(dirname(path))) return undefined;
  const real = realpathSync(path);
  const folder = dirname(real);
  const own = dirname(folder);
  // A script of another name, or a folder with everything in it: what it needs is for the user to say.
  if (basename(real) !== name || own === home || dirname(own) === "/" || own === join(home, ".local")) return undefined;
  return { env: { PATH: pathWith(folder) }, mounts: own.startsWith("/usr/") ? [] : [own] };
}

const pathWith = (folder: string): string => [folder, ...SEEN].join(":");

/** The program of a simple command, after what it sets: `A=1 cargo run` calls cargo. */
const programIn = (command: string): string =>
  command
    .trim()
    .split(/\s+/)
    .find((word) => !/^\w+=/.test(word)) ?? "";
