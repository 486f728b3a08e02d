/**
 * Finds the programs that the sandbox stands on: tools of the operating system, and the platform's Deno binary inside
 * the npm packages. The launcher script of the `deno` package is never used: it needs an install script, and costs
 * 60 ms where install scripts are blocked.
 */
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, isAbsolute, join } from "node:path";

const require = createRequire(import.meta.url);

/** Searched before PATH: these belong to the system, and PATH may lack or shadow them. */
const SYSTEM_FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/** Absolute path of an operating system's program, or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = [
    ...SYSTEM_FOLDERS,
    ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder)),
  ];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Absolute path of the Deno binary that npm installed for this machine; undefined when there is none. */
export function findDeno(): string | undefined {
  const libc = process.platform === "linux" ? "-glibc" : "";
  const name = process.platform === "win32" ? "deno.exe" : "deno";
  const manifest = `@deno/${process.platform}-${process.arch}${libc}/package.json`;
  // npm may put the platform's package beside the `deno` package or below it.
  const besides = resolve(require, manifest);
  const launcher = resolve(require, "deno/package.json");
  const below = launcher === undefined ? undefined : resolve(createRequire(launcher), manifest);
  return [besides, below]
    .filter((file) => file !== undefined)
    .map((file) => join(dirname(file), name))
    .find(isExecutable);
}

function resolve(from: NodeJS.Require, specifier: string): string | undefined {
  try {
    return from.resolve(specifier);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_PACKAGE_PATH_NOT_EXPORTED") return undefined;
    throw error;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
