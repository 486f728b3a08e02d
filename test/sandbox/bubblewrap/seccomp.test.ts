import { existsSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { ARCHITECTURES, seccompFilter } from "../../../src/sandbox/bubblewrap/seccomp.ts";

const tables = {
  x64: ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"].find(existsSync),
  arm64: ["/usr/include/asm-generic/unistd.h"].find(existsSync),
};

/** Runs classic BPF as the kernel does, over one struct seccomp_data. */
function evaluate(filter: Buffer, call: { arch: number; number: number; args?: readonly number[] }): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.number >>> 0, 0);
  data.writeUInt32LE(call.arch, 4);
  (call.args ?? []).forEach((value, i) => data.writeBigUInt64LE(BigInt(value), 16 + 8 * i));
  let accumulator = 0;
  for (let i = 0; i < filter.length / 8; i++) {
    const [code, yes, no, operand] = [
      filter.readUInt16LE(8 * i),
      filter[8 * i + 2] ?? 0,
      filter[8 * i + 3] ?? 0,
      filter.readUInt32LE(8 * i + 4),
    ];
    if (code === 0x06) return operand;
    if (code === 0x20) accumulator = data.readUInt32LE(operand);
    else if (code === 0x15) i += accumulator === operand ? yes : no;
    else if (code === 0x35) i += accumulator >= operand ? yes : no;
    else if (code === 0x45) i += (accumulator & operand) !== 0 ? yes : no;
    else throw new Error(`instruction ${code}`);
  }
  throw new Error("the filter ended without an answer");
}

const [ALLOW, KILL, EPERM, ENOSYS] = [0x7fff0000, 0x80000000, 0x00050001, 0x00050026];

describe.each(["x64", "arm64"] as const)("the filter for %s", (arch) => {
  const table = ARCHITECTURES[arch];
  const filter = seccompFilter(arch);
  if (table === undefined || filter === undefined) throw new Error("no table");
  const answer = (number: number, ...args: number[]) => evaluate(filter, { arch: table.audit, number, args });

  it.skipIf(tables[arch] === undefined)("has the numbers of this machine's kernel headers", () => {
    const header = readFileSync(tables[arch] ?? "", "utf8");
    const numbers = new Map(
      [...header.matchAll(/#define __NR_(\w+)\s+(\d+)/g)].map(([, name, number]) => [name, Number(number)]),
    );
    const { clone, fallocate, ioctl, socket, socketpair } = table;
    for (const [name, number] of Object.entries({
      ...table.denied,
      ...table.absent,
      clone,
      fallocate,
      ioctl,
      socket,
      socketpair,
    })) {
      expect([name, numbers.get(name)]).toEqual([name, number]);
    }
  });

  it("lets ordinary calls through and answers the others with an error", () => {
    expect(answer(0)).toBe(ALLOW);
    expect(answer(table.clone, 0x003d0f00)).toBe(ALLOW);
    for (const number of Object.values(table.denied)) expect(answer(number)).toBe(EPERM);
    for (const number of Object.values(table.absent)) expect(answer(number)).toBe(ENOSYS);
  });

  it("kills what speaks another architecture's calls", () => {
    expect(evaluate(filter, { arch: 0x40000003, number: 0 })).toBe(KILL);
    if (table.hasX32) expect(answer(0x40000000)).toBe(KILL);
  });

  it("looks at the arguments of clone, fallocate, ioctl, socket and socketpair", () => {
    // PUNCH_HOLE | KEEP_SIZE; then nothing, KEEP_SIZE, ZERO_RANGE, and a high half that the kernel does not read.
    expect(answer(table.fallocate, 0, 3)).toBe(ALLOW);
    for (const mode of [0, 1, 16, 2 * 2 ** 32]) expect(answer(table.fallocate, 0, mode)).toBe(0x0005005f);
    expect(answer(table.clone, 0x10000000 + 17)).toBe(EPERM);
    expect(answer(table.clone, 0x00020000)).toBe(EPERM);
    expect(answer(table.ioctl, 0, 0x5401)).toBe(ALLOW);
    for (const request of [0x5412, 0x541c, 0x5423]) expect(answer(table.ioctl, 0, request)).toBe(EPERM);
    // The kernel reads 32 bits of the request: a high half must not hide it.
    expect(answer(table.ioctl, 0, 2 ** 32 + 0x5412)).toBe(EPERM);
    for (const call of [table.socket, table.socketpair]) {
      for (const family of [1, 2, 10]) expect(answer(call, family)).toBe(ALLOW);
      for (const family of [16, 17, 38, 40, 44, 15, 31]) expect(answer(call, family)).toBe(EPERM);
    }
  });
});

it("there is no filter for an architecture whose numbers are not known", () => {
  expect(seccompFilter("mips")).toBe(undefined);
});
