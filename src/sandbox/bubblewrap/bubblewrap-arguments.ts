/**
 * The options of one bubblewrap sandbox: a root made of /usr and what the job names, every namespace its own, no
 * capability, nothing writable but /box, /tmp and /dev/shm. Pure: decides nothing by itself but the shape of /usr.
 */
import { lstatSync } from "node:fs";
import { posix } from "node:path";

import { HARDWARE_FOLDERS } from "../gpu.ts";

/** Where the work folder appears. */
export const BOX = "/box";

export interface Profile {
  /** Host folder that becomes /box, writable; undefined for jobs without one. */
  readonly workFolder: string | undefined;
  /** Absolute path that leads to /box, too. */
  readonly knownAs?: string | undefined;
  /** `inside`: absolute, or relative to /box. */
  readonly readOnly: readonly { readonly host: string; readonly inside: string }[];
  /** Host paths below /dev, shown as they are. With any, what /sys says of the hardware is shown too. */
  readonly devices?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Size of /tmp, and again of /dev/shm. */
  readonly temporaryBytes: number;
  /** File descriptors on which bubblewrap reads the filter and /etc/hosts, and writes the sandbox's first pid. */
  readonly seccompFd: number | undefined;
  readonly hostsFd: number;
  readonly infoFd: number;
}

/** What a sandbox's /etc/hosts holds: servers and test runners look up the name of its own, empty network. */
export const HOSTS = "127.0.0.1 localhost\n::1 localhost\n";

const ENVIRONMENT = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: "/tmp/home",
  TMPDIR: "/tmp",
  USER: "strop",
  LOGNAME: "strop",
  LANG: "C.UTF-8",
};

/** Everything before the `--` and the command. */
export function bubblewrapArguments(profile: Profile): string[] {
  const size = String(profile.temporaryBytes);
  return [
    "--unshare-user",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--disable-userns",
    "--die-with-parent",
    "--new-session",
    ...(profile.seccompFd === undefined ? [] : ["--seccomp", String(profile.seccompFd)]),
    "--info-fd",
    String(profile.infoFd),
    "--ro-bind",
    "/usr",
    "/usr",
    ...systemFolders(),
    "--ro-bind-try",
    "/etc/ld.so.cache",
    "/etc/ld.so.cache",
    "--ro-bind-try",
    "/etc/alternatives",
    "/etc/alternatives",
    "--ro-bind-data",
    String(profile.hostsFd),
    "/etc/hosts",
    "--proc",
    "/proc",
    "--ro-bind",
    "/proc/sys",
    "/proc/sys",
    "--dev",
    "/dev",
    "--size",
    size,
    "--tmpfs",
    "/dev/shm",
    "--size",
    size,
    "--tmpfs",
    "/tmp",
    "--dir",
    "/tmp/home",
    ...hardware(profile.devices ?? []),
    "--remount-ro",
    "/dev",
    ...(profile.workFolder === undefined ? ["--dir", BOX] : ["--bind", profile.workFolder, BOX]),
    ...profile.readOnly.flatMap(({ host, inside }) => ["--ro-bind", host, posix.resolve(BOX, inside)]),
    ...secondName(profile),
    "--remount-ro",
    "/",
    "--chdir",
    BOX,
    "--clearenv",
    ...Object.entries({ ...ENVIRONMENT, ...profile.env }).flatMap(([name, value]) => ["--setenv", name, value]),
    "--uid",
    "1000",
    "--gid",
    "1000",
    "--cap-drop",
    "ALL",
    "--hostname",
    "strop",
  ];
}

/** bubblewrap takes no link where something is already; a folder of /usr would show what the work folder leaves out. */
function secondName({ workFolder, knownAs, readOnly }: Profile): string[] {
  if (workFolder === undefined || knownAs === undefined) return [];
  if (SHOWN.test(knownAs)) return ["--tmpfs", knownAs, "--remount-ro", knownAs];
  const isTaken = readOnly.some(({ inside }) => isWithin(inside, knownAs) || isWithin(knownAs, inside));
  return isTaken || OWN.test(knownAs) ? [] : ["--symlink", BOX, knownAs];
}

/** Below what a sandbox sees of the machine. */
const SHOWN = /^\/(usr|bin|sbin|lib\w*)\/./;
/** What it has of its own. */
const OWN = /^\/(|(usr|etc|proc|dev|sys|box|bin|sbin|lib\w*)(\/.*)?|tmp(\/home)?)$/;

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function hardware(devices: readonly string[]): string[] {
  if (devices.length === 0) return [];
  return [
    ...devices.flatMap((path) => ["--dev-bind-try", path, path]),
    ...HARDWARE_FOLDERS.flatMap((path) => ["--ro-bind-try", path, path]),
  ];
}

/** /bin, /lib … as links into /usr where the distribution has them so, else as folders of their own. */
function systemFolders(): string[] {
  return ["bin", "sbin", "lib", "lib32", "lib64", "libx32"].flatMap((name) => {
    const stat = lstatSync(`/${name}`, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return stat.isSymbolicLink() ? ["--symlink", `usr/${name}`, `/${name}`] : ["--ro-bind", `/${name}`, `/${name}`];
  });
}
