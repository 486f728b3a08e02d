/**
 * A seccomp filter as classic BPF bytes for `bwrap --seccomp`: a deny-list of system calls that a program under
 * training never needs and that have led out of sandboxes. Numbers: the kernel's asm/unistd_64.h and
 * asm-generic/unistd.h, checked by test/sandbox/bubblewrap/seccomp.test.ts. arm64 is untested on hardware.
 */

interface Architecture {
  /** AUDIT_ARCH_* of linux/audit.h. */
  readonly audit: number;
  /** Whether system calls numbered from 0x40000000 are a second, foreign table (x32). */
  readonly hasX32: boolean;
  readonly denied: Readonly<Record<string, number>>;
  /** Answered with ENOSYS, so that libraries fall back: flags behind a pointer cannot be checked, memory outside of any mapping cannot be counted. */
  readonly absent: Readonly<Record<string, number>>;
  readonly clone: number;
  readonly fallocate: number;
  readonly ioctl: number;
  readonly socket: number;
  readonly socketpair: number;
}

/** The same on every architecture whose table was unified (5.x on). */
const SHARED_DENIED = {
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  pidfd_getfd: 438,
  process_madvise: 440,
  mount_setattr: 442,
  quotactl_fd: 443,
};
const SHARED_ABSENT = { clone3: 435, landlock_create_ruleset: 444, memfd_secret: 447 };

export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    hasX32: true,
    denied: {
      ...SHARED_DENIED,
      shmget: 29,
      semget: 64,
      msgget: 68,
      ptrace: 101,
      syslog: 103,
      uselib: 134,
      ustat: 136,
      sysfs: 139,
      vhangup: 153,
      modify_ldt: 154,
      pivot_root: 155,
      _sysctl: 156,
      adjtimex: 159,
      chroot: 161,
      acct: 163,
      settimeofday: 164,
      mount: 165,
      umount2: 166,
      swapon: 167,
      swapoff: 168,
      reboot: 169,
      iopl: 172,
      ioperm: 173,
      init_module: 175,
      delete_module: 176,
      quotactl: 179,
      nfsservctl: 180,
      lookup_dcookie: 212,
      clock_settime: 227,
      mbind: 237,
      set_mempolicy: 238,
      kexec_load: 246,
      add_key: 248,
      request_key: 249,
      keyctl: 250,
      migrate_pages: 256,
      unshare: 272,
      move_pages: 279,
      perf_event_open: 298,
      fanotify_init: 300,
      name_to_handle_at: 303,
      open_by_handle_at: 304,
      clock_adjtime: 305,
      setns: 308,
      process_vm_readv: 310,
      process_vm_writev: 311,
      kcmp: 312,
      finit_module: 313,
      kexec_file_load: 320,
      bpf: 321,
      userfaultfd: 323,
    },
    absent: { ...SHARED_ABSENT, memfd_create: 319 },
    clone: 56,
    fallocate: 285,
    ioctl: 16,
    socket: 41,
    socketpair: 53,
  },
  arm64: {
    audit: 0xc00000b7,
    hasX32: false,
    denied: {
      ...SHARED_DENIED,
      lookup_dcookie: 18,
      umount2: 39,
      mount: 40,
      pivot_root: 41,
      nfsservctl: 42,
      chroot: 51,
      vhangup: 58,
      quotactl: 60,
      acct: 89,
      unshare: 97,
      kexec_load: 104,
      init_module: 105,
      delete_module: 106,
      clock_settime: 112,
      syslog: 116,
      ptrace: 117,
      reboot: 142,
      settimeofday: 170,
      adjtimex: 171,
      msgget: 186,
      semget: 190,
      shmget: 194,
      add_key: 217,
      request_key: 218,
      keyctl: 219,
      swapon: 224,
      swapoff: 225,
      mbind: 235,
      set_mempolicy: 237,
      migrate_pages: 238,
      move_pages: 239,
      perf_event_open: 241,
      fanotify_init: 262,
      name_to_handle_at: 264,
      open_by_handle_at: 265,
      clock_adjtime: 266,
      setns: 268,
      process_vm_readv: 270,
      process_vm_writev: 271,
      kcmp: 272,
      finit_module: 273,
      bpf: 280,
      userfaultfd: 282,
      kexec_file_load: 294,
    },
    absent: { ...SHARED_ABSENT, memfd_create: 279 },
    clone: 220,
    fallocate: 47,
    ioctl: 29,
    socket: 198,
    socketpair: 199,
  },
};

/** AF_UNIX, AF_INET, AF_INET6: the last two for localhost inside the sandbox's own empty network. */
const ALLOWED_FAMILIES = [1, 2, 10];
/** TIOCSTI, TIOCLINUX, TIOCSETD: input faked into a terminal, line disciplines loaded into the kernel. */
const DENIED_IOCTLS = [0x5412, 0x541c, 0x5423];
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const CLONE_NEW_ANY = 0x7e020000;
/** FALLOC_FL_PUNCH_HOLE gives space back; every other mode takes gigabytes of the disk before anybody can look. */
const PUNCH_HOLE = 2;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
/** What a file system says that cannot do it: libraries then write instead. */
const EOPNOTSUPP = 0x0005005f;

/** Offsets in struct seccomp_data; arguments are 64 bits wide and their low halves come first. */
const [NUMBER, ARCH, ARGUMENT_0, ARGUMENT_1] = [0, 4, 16, 24];

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number];
const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const answer = (action: number): Instruction => [0x06, 0, 0, action];
const ifEqual = (value: number, skipTrue: number, skipFalse: number): Instruction => [0x15, skipTrue, skipFalse, value];
const ifAtLeast = (value: number, skipTrue: number, skipFalse: number): Instruction => [
  0x35,
  skipTrue,
  skipFalse,
  value,
];
const ifAnyBit = (mask: number, skipTrue: number, skipFalse: number): Instruction => [0x45, skipTrue, skipFalse, mask];

/** The filter for `process.arch`, 8 bytes per instruction; undefined where the call numbers are not known. */
export function seccompFilter(arch: string): Buffer | undefined {
  const table = ARCHITECTURES[arch];
  if (table === undefined) return undefined;
  const x32 = table.hasX32 ? [ifAtLeast(0x40000000, 0, 1), answer(KILL_PROCESS)] : [];
  const whenCalled = (number: number, body: readonly Instruction[]) => [ifEqual(number, 0, body.length), ...body];
  return assemble([
    load(ARCH),
    ifEqual(table.audit, 1, 0),
    answer(KILL_PROCESS),
    load(NUMBER),
    ...x32,
    ...Object.values(table.denied).flatMap((number) => whenCalled(number, [answer(EPERM)])),
    ...Object.values(table.absent).flatMap((number) => whenCalled(number, [answer(ENOSYS)])),
    ...whenCalled(table.clone, [load(ARGUMENT_0), ifAnyBit(CLONE_NEW_ANY, 0, 1), answer(EPERM), answer(ALLOW)]),
    ...whenCalled(table.fallocate, [load(ARGUMENT_1), ifAnyBit(PUNCH_HOLE, 1, 0), answer(EOPNOTSUPP), answer(ALLOW)]),
    ...whenCalled(table.ioctl, [load(ARGUMENT_1), ...denyValues(DENIED_IOCTLS), answer(ALLOW)]),
    ...whenCalled(table.socket, [load(ARGUMENT_0), ...allowValues(ALLOWED_FAMILIES), answer(EPERM)]),
    ...whenCalled(table.socketpair, [load(ARGUMENT_0), ...allowValues(ALLOWED_FAMILIES), answer(EPERM)]),
    answer(ALLOW),
  ]);
}

const denyValues = (values: readonly number[]) => values.flatMap((value) => [ifEqual(value, 0, 1), answer(EPERM)]);
const allowValues = (values: readonly number[]) => values.flatMap((value) => [ifEqual(value, 0, 1), answer(ALLOW)]);

/** struct sock_filter: u16 code, u8 jt, u8 jf, u32 k. */
function assemble(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(8 * program.length);
  program.forEach(([code, jumpTrue, jumpFalse, operand], i) => {
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(jumpTrue, 8 * i + 2);
    bytes.writeUInt8(jumpFalse, 8 * i + 3);
    bytes.writeUInt32LE(operand, 8 * i + 4);
  });
  return bytes;
}
