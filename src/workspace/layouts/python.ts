/** The Python of a folder that has no config. */
import { homedir } from "node:os";
import { join } from "node:path";

import { homeFolder } from "../../core/home-folder.ts";
import type { Toolchain } from "../detect/host.ts";
import { interpreterHomes } from "../detect/interpreter.ts";
import { findOnPath, isTooWide, toolchainOf } from "../detect/toolchain.ts";
import { exists } from "./layout.ts";

interface Python extends Toolchain {
  /** To stand before a script and its arguments. */
  readonly command: readonly string[];
  /** Which one it is, such as "`python3`, of /opt/conda". */
  readonly told: string;
}

/**
 * A virtual environment is used directly, as uv would: uv itself wants the network, which a sandbox has not. `isUv`: the
 * system runs its programs with uv, and where there is no such environment yet, the user has to hear of uv.
 */
export async function pythonOf(folder: string, isUv = false): Promise<Python> {
  const own = ".venv/bin/python";
  if (await exists(join(folder, own))) {
    const homes = interpreterHomes(folder, join(folder, own));
    const mounts = homes.filter((mount) => !isTooWide(mount, homeFolder(homedir)));
    return { command: [own], env: {}, mounts, told: `${own}, the folder's virtual environment` };
  }
  if (isUv && (await exists(join(folder, "pyproject.toml"))) && findOnPath("uv") !== undefined) {
    const told = "`uv run`; run `uv sync` first, so that the sandbox needs no network";
    return { command: ["uv", "run"], env: {}, mounts: [], told };
  }
  const home = homeFolder(homedir);
  const found = toolchainOf("python3", { find: findOnPath, home, folder, variables: process.env });
  const told = found === undefined ? "`python3`" : `\`python3\`, of ${found.mounts[0]}`;
  return { command: ["python3"], env: {}, mounts: [], ...found, told };
}
