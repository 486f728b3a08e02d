/**
 * What a sandbox has to be given of a compiler or an interpreter that lies outside the folders that it sees, for the first
 * config of a program. Of a home only that is named, never what lies beside it: tokens, for example.
 */
import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, isAbsolute, join, resolve } from "node:path";

import { buildCaches } from "./build-caches.ts";
import type { Host, Toolchain } from "./host.ts";
import { interpreterBehind, interpreterHomes, interpreterOfScript, isPython } from "./interpreter.ts";

/** Where a sandbox looks for programs (executor/run-command.ts). */
const SEEN = ["/usr/local/bin", "/usr/bin", "/bin"];
/** Programs whose installation is one folder, and what is looked for to find it. */
const STANDALONE: Readonly<Record<string, string>> = {
  cargo: "cargo",
  rustc: "rustc",
  go: "go",
  node: "node",
  npm: "node",
  npx: "node",
  java: "java",
  javac: "javac",
  mvn: "mvn",
};

/** Undefined where the shell command `run` calls nothing that is known, or the sandbox has all that it needs, or that is not known. */
export function toolchainOf(run: string, host: Host): Toolchain | undefined {
  for (const program of run.split(/&&|\|\||[;|\n]/).map(programIn)) {
    const found = program.includes("/") ? ofFile(program, host) : ofName(program, host);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A program of the folder itself, such as a virtual environment's. */
function ofFile(program: string, host: Host): Toolchain | undefined {
  const path = resolve(host.folder, program);
  if (isPython(program)) return given({}, interpreterHomes(host.folder, path), host);
  const python = interpreterOfScript(path);
  if (python === undefined) return undefined;
  return given({}, interpreterHomes(host.folder, python), host);
}

function ofName(program: string, host: Host): Toolchain | undefined {
  const name = isPython(program) ? program : STANDALONE[program];
  const path = name === undefined ? undefined : host.find(name);
  if (name === undefined || path === undefined) return undefined;
  if (isPython(name)) return ownPython(path, host);
  const compiler = (["cargo", "rustc"].includes(name) ? rustup(path, host) : undefined) ?? standalone(name, path, host);
  if (name.startsWith("java")) return withSettings(compiler, path, host);
  if (name === "mvn") return maven(compiler, path, host);
  const caches = buildCaches(name, path, host);
  if (caches.mounts.length === 0 || (compiler === undefined && !SEEN.includes(dirname(path)))) return compiler;
  return {
    env: { ...compiler?.env, ...caches.env },
    mounts: [...(compiler?.mounts ?? []), ...caches.mounts],
  };
}

/** The Python that the user's shell runs: of a version manager, conda or an active virtual environment. */
function ownPython(path: string, host: Host): Toolchain | undefined {
  if (SEEN.includes(dirname(path))) return undefined;
  const real = interpreterBehind(path, host.folder);
  return real === undefined
    ? undefined
    : given({ PATH: pathWith(dirname(real)) }, interpreterHomes(host.folder, real), host);
}

function given(env: Toolchain["env"], mounts: readonly string[], { home }: Host): Toolchain | undefined {
  const isOpen = mounts.length > 0 && !mounts.some((folder) => isTooWide(folder, home));
  return isOpen ? { env, mounts } : undefined;
}

/** Rustup's `cargo` starts another one, which lies below its own home: both are needed, and where the other is. */
function rustup(path: string, { home, variables }: Host): Toolchain | undefined {
  const rustupHome = variables["RUSTUP_HOME"] ?? join(home, ".rustup");
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
  if (basename(real) !== name || isTooWide(own, home)) return undefined;
  return { env: { PATH: pathWith(folder) }, mounts: own.startsWith("/usr/") ? [] : [own] };
}

/** With the Java that it runs, and the packages that it has fetched: it looks for them in a home, and a sandbox's is empty. */
function maven(own: Toolchain | undefined, mvn: string, host: Host): Toolchain | undefined {
  const parts = [ofName("java", host), withSettings(own, mvn, host, "conf/settings.xml")];
  const packages = join(host.home, ".m2/repository");
  if (existsSync(packages)) parts.push({ env: { MAVEN_OPTS: `-Dmaven.repo.local=${packages}` }, mounts: [packages] });
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.reduce(joinToolchains);
}

/** Debian's Java and Maven lie in /usr with links to their settings in /etc, and do not start without them. */
function withSettings(
  found: Toolchain | undefined,
  program: string,
  { home }: Host,
  settings = "conf/net.properties",
): Toolchain | undefined {
  const own = dirname(dirname(realpathSync(program)));
  const link = join(own, settings);
  const folder = existsSync(link) ? dirname(realpathSync(link)) : own;
  if (folder.startsWith("/usr/") || folder === own || folder.startsWith(`${own}/`) || isTooWide(folder, home))
    return found;
  return { env: { ...found?.env }, mounts: [...(found?.mounts ?? []), folder] };
}

/** Whether a folder holds so much besides that it may not be shown for one program in it. */
export const isTooWide = (folder: string, home: string): boolean =>
  folder === home || dirname(folder) === "/" || folder === "/" || folder === join(home, ".local");

const pathWith = (folder: string): string => [folder, ...SEEN].join(":");

/** The program of a simple command, after what it sets: `A=1 cargo run` calls cargo. */
const programIn = (command: string): string =>
  command
    .trim()
    .split(/\s+/)
    .find((word) => !/^\w+=/.test(word)) ?? "";

/** What two programs need together. */
export function joinToolchains(a: Toolchain, b: Toolchain): Toolchain {
  const folders = [a, b].flatMap(({ env }) => env["PATH"]?.split(":") ?? []);
  const own = folders.filter((folder) => !SEEN.includes(folder));
  return {
    env: { ...a.env, ...b.env, ...(folders.length > 0 && { PATH: [...new Set([...own, ...SEEN])].join(":") }) },
    mounts: [...new Set([...a.mounts, ...b.mounts])],
  };
}

/** Absolute path of the program that a shell would run; undefined when there is none. Packages' programs are of a project, not of the machine. */
export function findOnPath(name: string, path = process.env["PATH"] ?? ""): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !folder.includes("/node_modules/"))
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
