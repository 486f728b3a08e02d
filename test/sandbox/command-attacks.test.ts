/**
 * What a hostile command may try against secrecy, the network, integrity and privileges. Each script prints GOT when
 * it succeeds and TRIED when it is through. It must print GOT in tier `none` (the positive control; `control: false`
 * where trying it for real would need or harm this machine), and TRIED but never GOT inside bubblewrap.
 */
import { type StdioOptions, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, openSync, closeSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, type ListenOptions, type Server, createServer } from "node:net";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ARCHITECTURES } from "../../src/sandbox/bubblewrap/seccomp.ts";
import { hasBubblewrap, runScript, sandboxOf, temporaryFolder } from "./helpers.ts";

const SECRET = "correct-horse-battery";
const folder = temporaryFolder();
const secretFile = join(folder, "secret.txt");
writeFileSync(secretFile, SECRET);

let connections = 0;
let datagrams = 0;
const servers: Server[] = [];
const udp = createSocket("udp4");
const witness = spawn("sleep", ["1000"], { env: { WITNESS: SECRET }, stdio: "ignore" });

async function listen(options: ListenOptions): Promise<Server> {
  const server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => {}).destroy();
  }).listen(options);
  servers.push(server);
  await once(server, "listening");
  return server;
}

const tcp = await listen({ port: 0, host: "127.0.0.1" });
const tcpPort = (tcp.address() as AddressInfo).port;
const unixPath = join(folder, "socket");
await listen({ path: unixPath });
const abstractName = `strop-test-${process.pid}`;
await listen({ path: `\0${abstractName}` });

beforeAll(async () => {
  udp
    .on("message", () => {
      datagrams += 1;
    })
    .bind(0, "127.0.0.1");
  await once(udp, "listening");
});
afterAll(() => {
  witness.kill("SIGKILL");
  for (const server of servers) server.close();
  udp.close();
});

const numbers = ARCHITECTURES[process.arch];
const number = (name: string): number => numbers?.denied[name] ?? numbers?.absent[name] ?? -1;
const python = (body: string): string => `import ctypes, errno, fcntl, mmap, os, signal, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(n, *args):
    ctypes.set_errno(0)
    r = libc.syscall(n, *[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    return r, errno.errorcode.get(ctypes.get_errno(), "")
def attempt(work):
    try:
        if work(): print("GOT")
    except (OSError, ValueError) as e: print("refused", e)
${body}
print("TRIED")`;
/** Prints GOT unless the kernel's answer is the filter's own. */
const denied = (name: string, args = "0, 0, 0"): string =>
  `r = call(${number(name)}, ${args})\nprint("${name}", r)\nif r[1] not in ("EPERM", "ENOSYS"): print("GOT")`;

interface Attack {
  readonly attack: number;
  readonly name: string;
  readonly script: string | (() => string);
  /** Whether it is tried in tier none first; false where that would need or harm this machine. */
  readonly control?: boolean;
}

const shell = (attack: number, name: string, script: string, control = true): Attack => ({
  attack,
  name,
  script: `${script}\necho TRIED`,
  control,
});
const py = (attack: number, name: string, body: string | (() => string), control = true): Attack => ({
  attack,
  name,
  control,
  script: typeof body === "string" ? python(body) : () => python(body()),
});

const secrecy: Attack[] = [
  shell(7, "reads a file outside its folder", `grep -q ${SECRET} ${secretFile} && echo GOT`),
  shell(
    8,
    "reads the environment of all processes",
    `for f in /proc/[0-9]*/environ; do tr '\\0' '\\n' < $f; done 2>/dev/null | grep -q WITNESS=${SECRET} && echo GOT`,
  ),
  shell(
    9,
    "goes through /proc/PID/root",
    `cat /proc/[0-9]*/root${secretFile} 2>/dev/null | grep -q ${SECRET} && echo GOT`,
  ),
  shell(10, "reads /etc/passwd", "grep -q root: /etc/passwd && echo GOT"),
  shell(
    24,
    "climbs out with ../..",
    `cat ../../../../../../../..${secretFile} 2>/dev/null | grep -q ${SECRET} && echo GOT`,
  ),
];
const network: Attack[] = [
  py(
    14,
    "connects to a port of this machine",
    `attempt(lambda: socket.create_connection(("127.0.0.1", ${tcpPort}), 5))`,
  ),
  py(
    15,
    "sends a datagram",
    () =>
      `attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", ${udp.address().port})) and os.path.exists("/etc/passwd"))`,
  ),
  py(
    16,
    "connects to a socket file",
    `attempt(lambda: socket.socket(socket.AF_UNIX).connect(${JSON.stringify(unixPath)}) is None)`,
  ),
  py(
    17,
    "connects to an abstract socket",
    `attempt(lambda: socket.socket(socket.AF_UNIX).connect("\\0${abstractName}") is None)`,
  ),
  py(18, "opens a socket to the hypervisor", "attempt(lambda: socket.socket(40, socket.SOCK_STREAM, 0))", false),
  py(19, "opens a netlink socket", "attempt(lambda: socket.socket(16, socket.SOCK_RAW, 0))"),
  py(
    19,
    "opens raw packet and crypto sockets",
    "for family in (17, 38, 15, 31, 44): attempt(lambda: socket.socket(family, 3, 0))",
    false,
  ),
  py(21, "sets up io_uring", denied("io_uring_setup", "1, ctypes.create_string_buffer(256)"), false),
];
const integrity: Attack[] = [
  shell(22, "writes into a folder of the host", `echo x > ${folder}/written && echo GOT; rm -f ${folder}/written`),
  shell(
    22,
    "writes into system folders",
    "for d in / /usr /usr/bin /etc /proc/sys/kernel /dev /home /root; do (echo x > $d/strop-test) 2>/dev/null && echo GOT $d; done",
    false,
  ),
  shell(
    23,
    "writes through a link",
    `ln -s ${folder} link && echo x > link/written && echo GOT; rm -f ${folder}/written`,
  ),
  shell(24, "makes a hard link to a file outside", `ln ${secretFile} hard && echo GOT`),
  shell(25, "makes a user namespace of its own", "unshare -Ur true && echo GOT", false),
  shell(
    26,
    "remounts the root writable",
    "mount -o remount,rw / && echo GOT; mount -t tmpfs x /box && echo GOT",
    false,
  ),
  shell(
    27,
    "changes the kernel's core pattern",
    "(echo x > /proc/sys/kernel/core_pattern) 2>/dev/null && echo GOT",
    false,
  ),
  shell(
    28,
    "makes devices",
    "mknod disk b 254 0 && echo GOT; [ -e /dev/kvm ] && echo GOT; [ -e /dev/fuse ] && echo GOT; [ -e /dev/vda ] && echo GOT",
    false,
  ),
  py(30, "reaches into a process of the host", `attempt(lambda: os.kill(${process.pid}, 0) is None)`),
  py(
    30,
    "traces and reads the memory of processes",
    `${denied("ptrace", "16, 1")}\n${denied("process_vm_readv", "1")}\n${denied("process_vm_writev", "1")}`,
    false,
  ),
  py(
    32,
    "types into the terminal",
    `r = call(${numbers?.ioctl}, 0, 0x5412, b"x")\nprint(r)\nif r[1] != "EPERM": print("GOT")`,
    false,
  ),
  py(
    33,
    "uses keys, bpf, perf and userfaultfd",
    ["keyctl", "add_key", "bpf", "perf_event_open", "userfaultfd"].map((name) => denied(name)).join("\n"),
    false,
  ),
  py(
    35,
    "opens files by handle and changes its root",
    `${denied("open_by_handle_at")}\n${denied("chroot", 'b"/"')}\n${denied("setns")}\n${denied("unshare", "0x10000000")}`,
    false,
  ),
  py(
    52,
    "raises its limits and priority",
    `import resource
attempt(lambda: resource.setrlimit(resource.RLIMIT_DATA, (-1, -1)) is None)
attempt(lambda: os.nice(-10) < 0)
def oom():
    with open("/proc/self/oom_score_adj", "w") as f: f.write("-1000")
    return True
attempt(oom)`,
    false,
  ),
];

describe.skipIf(!hasBubblewrap).each([...secrecy, ...network, ...integrity])(
  "attack $attack: a command that $name",
  ({ script, control = true }) => {
    const text = () => (typeof script === "string" ? script : script());

    it.skipIf(!control)("succeeds where nothing confines it", async () => {
      const { outputTail } = await runScript(await sandboxOf("none"), text());
      expect(outputTail).toContain("GOT");
    });

    it("fails inside bubblewrap", async () => {
      const before = { connections, datagrams };
      const { outputTail } = await runScript(await sandboxOf("bubblewrap"), text());
      expect(outputTail).toContain("TRIED");
      expect(outputTail).not.toContain("GOT");
      expect({ connections, datagrams }).toEqual(before);
    });
  },
);

describe.skipIf(!hasBubblewrap)("a hostile command inside bubblewrap", () => {
  it("attack 11: inherits no descriptor, also none that strop itself was started with", () => {
    const script = join(folder, "list.mjs");
    writeFileSync(
      script,
      `
      const { openSandbox } = await import(${JSON.stringify(new URL("../../src/sandbox/open-sandbox.ts", import.meta.url).href)});
      const list = "import os\\nfor n in os.listdir('/proc/self/fd'):\\n  try: print(n, os.readlink('/proc/self/fd/' + n))\\n  except OSError: pass";
      const sandbox = await openSandbox({ tier: process.argv[2], allowUnsafe: true, spares: 0 });
      const limits = { wallSeconds: 30, memoryBytes: 1e9, processes: 32, outputBytes: 1e6, diskBytes: 1e6 };
      console.log((await sandbox.command({ argv: ["/usr/bin/python3", "-c", list], workFolder: process.argv[3], readOnly: [], env: {}, limits }).result).outputTail);
      await sandbox.close();`,
    );
    const open = openSync(secretFile, "r");
    // Node itself closes the low ones.
    const stdio: StdioOptions = [
      "ignore",
      "pipe",
      "inherit",
      ...Array.from({ length: 57 }, () => "ignore" as const),
      open,
    ];
    const listed = spawnSync(process.execPath, [script, "bubblewrap", temporaryFolder()], {
      stdio,
      encoding: "utf8",
    }).stdout;
    // The positive control: such a descriptor does reach an ordinary child.
    const control = spawnSync("/bin/sh", ["-c", "readlink /proc/self/fd/60"], { stdio, encoding: "utf8" }).stdout;
    closeSync(open);
    expect(control).toBe(`${secretFile}\n`);
    expect(listed).toContain("1 socket:");
    expect(listed).not.toContain("secret");
    const unknown = listed.split("\n").filter((line) => line !== "" && !/^[012] |\/dev\/null$|\/proc\//.test(line));
    expect(unknown).toEqual([]);
  });

  it("attack 31: kills only itself", async () => {
    const { outputTail } = await runScript(await sandboxOf("bubblewrap"), "kill -9 -1; echo TRIED");
    expect(outputTail).toContain("TRIED");
    expect(witness.exitCode ?? witness.signalCode).toBe(null);
  });

  it.runIf(process.arch === "x64")("attack 34: is killed when it speaks i386", async () => {
    const text = python(`code = mmap.mmap(-1, 4096, prot=7)
code.write(b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3")
function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
print("ALIVE", flush=True)
function()
print("GOT")`);
    const { outputTail, signal } = await runScript(await sandboxOf("bubblewrap"), text);
    expect({ outputTail, signal }).toEqual({ outputTail: "ALIVE\n", signal: "SIGSYS" });
  });

  it.runIf(process.arch === "x64")("attack 34: is killed when it makes an x32 call", async () => {
    const { outputTail, signal } = await runScript(
      await sandboxOf("bubblewrap"),
      python(`print("ALIVE", flush=True)\ncall(0x40000027)\nprint("GOT")`),
    );
    expect({ outputTail, signal }).toEqual({ outputTail: "ALIVE\n", signal: "SIGSYS" });
  });

  it("attacks 40 and 41: cannot change a grader that is shown read-only in its own folder", async () => {
    const grader = join(folder, "grader.txt");
    writeFileSync(grader, "honest", { mode: 0o644 });
    const script =
      "echo hacked > tests/grader.txt; rm -f tests/grader.txt; mv tests/grader.txt other; chmod 777 tests/grader.txt; cat tests/grader.txt; echo ok > mine && cat mine";
    const workFolder = temporaryFolder();
    const { outputTail } = await runScript(await sandboxOf("bubblewrap"), script, {
      workFolder,
      readOnly: [{ host: grader, inside: "tests/grader.txt" }],
    });
    expect(outputTail).toMatch(/honest\n?ok\n$/);
    expect(readFileSync(grader, "utf8")).toBe("honest");
  });

  it("leaves nothing of itself on the host but its work folder", async () => {
    const before = readdirSync("/tmp").filter((name) => name.includes("attack-trace"));
    await runScript(await sandboxOf("bubblewrap"), "touch /tmp/attack-trace /dev/shm/attack-trace");
    expect(readdirSync("/tmp").filter((name) => name.includes("attack-trace"))).toEqual(before);
    expect(existsSync("/dev/shm/attack-trace")).toBe(false);
  });
});
