/**
 * Ends what strop leaves behind when strop itself is killed: a tiny shell that holds a pipe from strop. When the pipe closes it
 * kills the listed process groups, and then, for some seconds, whatever carries strop's mark in its environment: a sandbox that
 * was being set up dies with its parent only once it has told the kernel so. Groups work on every Unix, marks on Linux.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";

import { MARK } from "./orphans.ts";

export interface Guardian {
  /** From here on, what carries the mark is guarded. */
  start(): void;
  /** Guards a process group from here on. */
  add(group: number): void;
  remove(group: number): void;
  /** Ends the guardian; groups that are still listed are killed. */
  close(): void;
}

const SCRIPT = `
mark=$1; shift
while read -r sign group; do
  case $sign in
  +) set -- "$@" "$group" ;;
  .) mark= ;;
  *)
    rest=
    for each; do [ "$each" = "$group" ] || rest="$rest $each"; done
    set -- $rest ;;
  esac
done
for each; do kill -s KILL -- "-$each" 2>/dev/null; done
[ -n "$mark" ] || exit 0
for pause in 0 0.1 0.5 2 5; do
  sleep "$pause"
  for file in $(grep -lsF -- "$mark" /proc/[0-9]*/environ); do
    file=\${file%/environ}; kill -s KILL "\${file#/proc/}" 2>/dev/null
  done
done
`;

/** Nothing is started before it is needed. `mark`: see orphans.ts; without one, only groups are guarded. */
export function createGuardian(mark = ""): Guardian {
  let shell: ChildProcess | undefined;
  const start = () => {
    // Its own session, so that no signal meant for strop's terminal or group reaches it.
    const child = spawn("/bin/sh", ["-c", SCRIPT, "sh", mark && `${MARK}=${mark}`], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      env: {},
      cwd: "/",
    });
    // A guardian that is gone protects nothing but breaks nothing: reapOrphans is the second line.
    child.on("error", () => {});
    child.stdin?.on("error", () => {});
    child.unref();
    (child.stdin as Socket | null)?.unref();
    return child;
  };
  const started = () => (shell ??= start());
  const tell = (line: string) => started().stdin?.write(line);
  return {
    start: started,
    add: (group) => tell(`+ ${group}\n`),
    remove: (group) => tell(`- ${group}\n`),
    close() {
      shell?.stdin?.end(".\n");
      shell = undefined;
    },
  };
}
