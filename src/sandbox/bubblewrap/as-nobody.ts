/**
 * Leaves real root before bubblewrap starts: inside a user namespace root would still own the host's files, and the
 * kernel does not limit its processes. Paths that only root can reach are first shown, in a mount namespace of the
 * sandbox's own, at a place that everybody can reach.
 */
import { chownSync, lchownSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The overflow uid: owns nothing, on every Linux. */
const NOBODY = 65_534;

/** Covered by a tmpfs in the private mount namespace; bubblewrap and its jobs have no use for it. */
const STAGE = "/sys";

const SCRIPT = `
mount -t tmpfs -o mode=755,size=1m strop ${STAGE} || exit 125
i=0
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mkdir ${STAGE}/$i; else : > ${STAGE}/$i; fi
  mount --rbind -- "$1" ${STAGE}/$i || exit 125
  i=$((i + 1)); shift
done
shift
exec "$@"
`;

export interface DropTools {
  readonly setpriv: string;
  readonly unshare: string;
}

export interface NobodyCommand {
  /** Comes before the command that is to run as nobody. */
  readonly prefix: readonly string[];
  /** Where a host path is to be found by that command. */
  readonly path: (host: string) => string;
}

/** `hosts` are the absolute paths that the command must be able to reach. */
export function asNobody(tools: DropTools, hosts: readonly string[]): NobodyCommand {
  const drop = [tools.setpriv, `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"];
  const hidden = [...new Set(hosts.filter((host) => !isReachable(host)))];
  if (hidden.length === 0) return { prefix: drop, path: (host) => host };
  const stage = [tools.unshare, "--mount", "--propagation", "private", "/bin/sh", "-c", SCRIPT, "sh", ...hidden, "--"];
  return {
    prefix: [...stage, ...drop],
    path: (host) => (hidden.includes(host) ? `${STAGE}/${hidden.indexOf(host)}` : host),
  };
}

/** Whether everybody may search every folder above `path`. */
function isReachable(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Gives a folder and all below it to nobody. Links are not followed. */
export function giveToNobody(folder: string): void {
  chownSync(folder, NOBODY, NOBODY);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) giveToNobody(path);
    else lchownSync(path, NOBODY, NOBODY);
  }
}
