/**
 * Makes package-lock.json serve every platform. npm leaves out a platform's binary package when the registry at hand does
 * not carry it, and `npm ci` then fails everywhere; their exact versions are known from the packages that ask for them.
 * Run after `npm install` has changed the lock file: node scripts/complete-lock.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Package {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}
type Packages = Record<string, Package>;

const SYSTEMS = ["darwin", "win32", "linux", "freebsd", "openbsd", "netbsd", "android", "sunos", "aix", "openharmony"];
const PROCESSORS = ["x64", "arm64", "arm", "ia32", "ppc64", "s390x", "riscv64", "loong64", "mips64el", "wasm32"];

/** The lock file's packages with an entry for every optional dependency of an exact version. */
export function completed(packages: Packages): Packages {
  const all = { ...packages };
  for (const [at, { dev, optionalDependencies }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      const isKnown = foldersAbove(at).some((folder) => `${folder}node_modules/${name}` in all);
      if (!isKnown && /^\d+\.\d+\.\d+/.test(version)) all[`node_modules/${name}`] = entry(name, { version, dev });
    }
  }
  const { "": project = {}, ...others } = all;
  return { "": project, ...Object.fromEntries(Object.entries(others).sort(([a], [b]) => a.localeCompare(b, "en"))) };
}

/** Where Node looks for a dependency of the package at `at`: `node_modules/a/`, then the root. */
function foldersAbove(at: string): string[] {
  const parts = at.split(/(?<=\/)(?=node_modules\/)/);
  return at === ""
    ? [""]
    : [
        ...parts.map(
          (_, i) =>
            `${parts
              .slice(0, parts.length - i)
              .join("")
              .replace(/\/$/, "")}/`,
        ),
        "",
      ];
}

function entry(name: string, { version, dev }: { version: string; dev: boolean | undefined }): Package {
  const words = name.split(/[/\-_.]/);
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  const libc = words.some((word) => word.startsWith("musl"))
    ? "musl"
    : words.some((word) => word === "gnu" || word === "glibc")
      ? "glibc"
      : undefined;
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(dev === true ? { dev } : {}),
    ...(os === "linux" && libc !== undefined ? { libc: [libc] } : {}),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
  };
}

if (import.meta.main) {
  const path = join(dirname(import.meta.dirname), "package-lock.json");
  const lock = JSON.parse(readFileSync(path, "utf8")) as { packages: Packages };
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: completed(lock.packages) }, null, 2)}\n`);
}
