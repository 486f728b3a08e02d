import { describe, expect, it } from "vitest";

import { plusOne, score } from "./helpers.ts";

/** Copies every message to the host, numbered as the next one: an answer to an instance that was not seen yet. */
const doubling = `
  const subarray = Uint8Array.prototype.subarray;
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
  let isOn = false;
  Uint8Array.prototype.subarray = function (...range) {
    const bytes = subarray.apply(this, range);
    if (!isOn || bytes[0] !== 4) return bytes;
    isOn = false;
    const message = JSON.parse(decoder.decode(subarray.call(bytes, 9)));
    const copy = encoder.encode(JSON.stringify({ ...message, id: message.id + 1 }));
    const both = new Uint8Array(bytes.length + 9 + copy.length);
    both.set(bytes);
    both.set(subarray.call(bytes, 0, 9), bytes.length);
    new DataView(both.buffer).setUint32(bytes.length + 1, copy.length, true);
    both.set(copy, bytes.length + 9);
    return both;
  };
  export const algorithm = (x) => { isOn = x === 1; return [x + 1]; };`;

describe("a solution that attacks its harness", () => {
  it("scores as it answers when it does not (control)", async () => {
    expect(await score(plusOne(4), "export const algorithm = (x) => [x + 1];")).toMatchObject({ score: 1 });
  });

  it("gains nothing from clocks that stand still", async () => {
    const solution = `
      performance.now = () => 0;
      Date.now = () => 0;
      globalThis.setTimeout = () => 0;
      export const algorithm = (x) => { for (;;); };`;
    const result = await score(plusOne(3, { limitSeconds: 0.1 }), solution);
    expect(result).toMatchObject({ score: 0, losses: { late: 3 } });
  });

  it("sees an instance only after the one before is answered", async () => {
    // It keeps all that it ever sees, and answers with how much that was.
    const solution = `
      const seen = [];
      const parse = JSON.parse;
      JSON.parse = (text) => { seen.push(text); return parse(text); };
      export const algorithm = (x) => { seen.push(x); return [new Set(seen.filter((each) => typeof each === "number")).size]; };`;
    const result = await score(plusOne(5), solution);
    expect(result.parts).toEqual([1, 1, 1, 1, 1]);
  });

  it("only answers what it has not seen when it forges messages", async () => {
    const result = await score(plusOne(6), doubling);
    // Its answer for 1 is taken for 2 as well, and its next call has a number that was used.
    expect(result.parts.slice(0, 3)).toEqual([1, 1, 0.25]);
    expect(result.flags).toEqual(["protocol"]);
    expect(result.losses).toEqual({ protocol: 1 });
    expect(result.parts.slice(4)).toEqual([1, 1]);
  });

  it("cannot reach the host by ending early, flooding the output or leaving promises behind", async () => {
    const solution = `
      export function algorithm(x) {
        if (x === 1) Promise.reject(new Error("left behind"));
        if (x === 4) for (;;) console.log("x".repeat(10_000));
        if (x === 3) throw Object.assign(() => {}, { message: "odd" });
        return [x + 1];
      }`;
    const result = await score(plusOne(6, { limitSeconds: 20 }), solution, { limits: { lostSeconds: 100 } });
    // The process ends just after the answer for 1, when the one for 2 is due.
    expect(result.parts).toEqual([1, 1, 0, 0, 0, 1]);
    expect(result.losses).toEqual({ crashed: 1, threw: 1, output: 1 });
  });

  it("is not helped by an answer that writes itself, is endless, deep, or infinite", async () => {
    const solution = `
      export function algorithm(x) {
        if (x === 0) return { toJSON: () => [1] };
        if (x === 1) return { toJSON: () => ({ score: 1 }) };
        if (x === 2) { const loop = []; loop.push(loop); return loop; }
        if (x === 3) { let deep = []; for (let i = 0; i < 1000; i++) deep = [deep]; return deep; }
        if (x === 4) return [Infinity];
        if (x === 5) return [1e300];
        if (x === 6) return [NaN];
        return [-0 + x + 1.5];
      }`;
    const result = await score(plusOne(8), solution);
    expect(result.parts).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    expect(result.flags).toEqual(["not-a-number", "out-of-range", "wrong-shape"]);
    expect(result.losses).toEqual({ threw: 1 });
  });
});
