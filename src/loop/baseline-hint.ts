/** What to do about a baseline that gave no score, by its reason. */
import { homedir } from "node:os";
import { dirname } from "node:path";

import { findProgram } from "../sandbox/find-program.ts";

/** `find` says where the host has a program. */
export function baselineHint(reason: string, find: (name: string) => string | undefined = findProgram): string {
  const name = /exit code 127:.*\s([\w.+-]+): (?:command )?not found/.exec(reason)?.[1];
  if (/rustup could not/.test(reason))
    return `a sandbox has an empty HOME; name Rust's in the config: run: { command: "…", env: { PATH: "…", RUSTUP_HOME: "${homedir()}/.rustup" }, mounts: ["~/.cargo/bin", "~/.rustup"] }`;
  if (name === undefined)
    return "make the program run and report its metric, then run strop again; `strop doctor` checks the machine";
  const folder = dirname(find(name) ?? "/its/bin/folder");
  const mounts = folder.startsWith("/usr/") ? "" : `, mounts: ["${dirname(folder)}"]`;
  return (
    `a sandbox looks for programs in /usr/local/bin, /usr/bin and /bin, and sees /usr alone; give it more in the config: ` +
    `run: { command: "…", env: { PATH: "${folder}:/usr/bin:/bin" }${mounts} }`
  );
}
