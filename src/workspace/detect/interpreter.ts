/**
 * Where a Python interpreter is and what it needs of the machine: a virtual environment borrows an installation, through
 * links that all have to lead somewhere in the sandbox, too.
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

/** A name that runs Python: `python`, `python3`, `.venv/bin/python3.12`. */
export const isPython = (program: string): boolean => /^python[\d.]*$/.test(basename(program));

const INTERPRETER = /^(?:python|pypy|graalpy)[\w.-]*$/;

/** A folder that came from others may name any other of the machine's. */
function holdsPython(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => INTERPRETER.test(name));
  } catch (thrown) {
    if (isAbsent(thrown)) return false;
    throw thrown;
  }
}

/**
 * Folders outside `folder` and /usr that `python` (absolute) reads: its own, the installations that its virtual
 * environment names and links to, and where they really are. Empty for an interpreter that is not there, or is none.
 */
export function interpreterHomes(folder: string, python: string): string[] {
  if (!existsSync(python)) return [];
  const named = /^home\s*=\s*(.+?)\s*$/m.exec(textOf(join(dirname(dirname(python)), "pyvenv.cfg")))?.[1];
  const programs = named !== undefined && holdsPython(named) ? [python, join(named, "python")] : [python];
  let path = python;
  for (let hops = 0; hops < 16; hops++) {
    const target = linkOf(path);
    if (target === undefined) break;
    path = resolve(dirname(path), target);
    programs.push(path);
  }
  programs.push(realpathSync(python));
  if (!programs.every((program) => INTERPRETER.test(basename(program)))) return [];
  const homes = new Set(programs.map((program) => dirname(dirname(program))));
  return [...homes].filter((home) => relative(folder, home).startsWith("..") && !/^\/usr(\/|$)/.test(home));
}

/** What `python` (absolute) says of where it is, since it may be a script that chooses a version. It reads nothing of the folder. */
export function interpreterBehind(python: string, folder: string): string | undefined {
  const options = { cwd: folder, encoding: "utf8", timeout: 10_000 } as const;
  const { status, stdout } = spawnSync(python, ["-I", "-c", "import sys; print(sys.executable)"], options);
  const path = status === 0 ? stdout.trim() : "";
  return path.startsWith("/") ? path : undefined;
}

/** The interpreter that a script's first line names, if it is Python; the second line where pip found a space in the path. */
export function interpreterOfScript(path: string): string | undefined {
  const text = textOf(path);
  const named = (/^#!\/bin\/sh\n'''exec' "?(\/[^"\n]+?)"? "\$0"/.exec(text) ?? /^#!\s*(\/\S+)/.exec(text))?.[1];
  return named !== undefined && isPython(named) ? named : undefined;
}

/** How a file begins: it may be a compiled program. Nothing where there is none to read: this is a guess, not a check. */
function textOf(path: string): string {
  try {
    // A pipe would be waited for.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(file).isFile()) return "";
      const bytes = Buffer.alloc(4096);
      return bytes.toString("utf8", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    if (isAbsent(thrown)) return "";
    throw thrown;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

const isAbsent = (thrown: unknown): boolean =>
  ["ENOENT", "ENOTDIR", "EISDIR", "EACCES", "EINVAL", "ELOOP"].includes((thrown as NodeJS.ErrnoException).code ?? "");
