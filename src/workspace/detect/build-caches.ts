/**
 * What cargo and go keep in a home: packages that they fetched, and compiled ones. A sandbox has no network and an empty
 * home, so that without them a program with dependencies cannot be built, and one without is built with its whole library.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { textOf } from "./found.ts";
import type { Host, Toolchain } from "./host.ts";

/** Empty where there is none; of cargo's home only the packages, never the tokens beside them. */
export function buildCaches(name: string, path: string, host: Host): Toolchain {
  if (name === "go") return goCaches(path, host);
  return name === "cargo" ? cargoPackages(host) : NOTHING;
}

const NOTHING: Toolchain = { env: {}, mounts: [] };

function cargoPackages({ folder, home, variables }: Host): Toolchain {
  const lock = join(folder, "Cargo.lock");
  const sources = existsSync(lock) ? textOf(lock) : '"registry+';
  const cargoHome = variables["CARGO_HOME"] ?? join(home, ".cargo");
  const mounts = ["registry", "git"]
    .filter((kind) => sources.includes(`"${kind}+`))
    .map((kind) => join(cargoHome, kind));
  const present = mounts.filter((mount) => existsSync(mount));
  return present.length === 0 ? NOTHING : { env: { CARGO_HOME: cargoHome }, mounts: present };
}

/** Of a cache that it cannot write to, go reads all but its index of modules. */
const READ_ONLY = { GODEBUG: "goindex=0" };

function goCaches(go: string, { folder }: Host): Toolchain {
  // Outside of any module, whose go.mod could ask for another version to be fetched.
  const options = { cwd: "/", encoding: "utf8", timeout: 10_000 } as const;
  const { status, stdout } = spawnSync(go, ["env", "GOCACHE", "GOMODCACHE"], options);
  const [GOCACHE = "", GOMODCACHE = ""] = status === 0 ? stdout.split("\n") : [];
  const wanted = existsSync(join(folder, "go.sum")) ? { GOCACHE, GOMODCACHE } : { GOCACHE };
  const env = Object.fromEntries(Object.entries(wanted).filter(([, path]) => existsSync(path)));
  return { env: { ...env, ...(env["GOCACHE"] !== undefined && READ_ONLY) }, mounts: Object.values(env) };
}
