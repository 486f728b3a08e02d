/**
 * What is bundled around an improver and runs inside the sandbox with it: the two objects that it is handed, and
 * tripwires that note what a program of no great cunning reaches for. Nothing may depend on the honesty of either: a hostile
 * improver can break or imitate all of this and has then two host functions that count for themselves.
 */

const IMPROVER_PATH = "improver.ts";
export const ADAPTER_PATH = ".strop/adapter.ts";
const TRIPWIRES_PATH = ".strop/tripwires.ts";

/** Evaluated before the improver's first line, because it is imported first. */
const tripwires = `
export const attempts = new Set();
const note = (name) => void attempts.add(name);
const keep = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
for (const name of ["Deno", "process", "Bun", "require", "Worker", "SharedWorker", "localStorage", "sessionStorage", "caches"])
  Object.defineProperty(globalThis, name, {
    configurable: true, get() { note("process-access"); }, set(value) { keep(name, value); },
  });
const noting = (flag, real) => new Proxy(real, {
  apply(target, self, values) { note(flag); return Reflect.apply(target, self, values); },
  construct(target, values) { note(flag); return Reflect.construct(target, values); },
});
for (const name of ["fetch", "WebSocket", "EventSource"])
  if (typeof globalThis[name] === "function") keep(name, noting("network-access", globalThis[name]));
for (const name of ["eval", "Function"]) keep(name, noting("dynamic-code", globalThis[name]));
`;

const adapter = `
import { attempts } from "./tripwires.ts";
import * as program from "../${IMPROVER_PATH}";

const seeded = (state) => () => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
};

const utilityFor = ({ call, input }) => {
  let left = input.utilityCalls;
  const utility = (solution, options) => {
    left = Math.max(0, left - 1);
    return call("utility", { solution, options });
  };
  return Object.defineProperties(utility, {
    description: { value: input.description, enumerable: true },
    budget: { get: () => left, enumerable: true },
  });
};

const modelFor = ({ call, input }) => {
  let left = input.modelCalls;
  return Object.freeze({
    get budget() { return left; },
    maxResponsesPerCall: input.responsesPerCall,
    batchPrompt(expertise, messages, options) {
      left = Math.max(0, left - 1);
      return call("languageModel", { expertise, messages, temperature: options?.temperature });
    },
  });
};

export default async (host) => {
  Math.random = seeded(host.input.seed);
  const seen = () => [...attempts];
  try {
    if (typeof program.improve !== "function")
      throw new TypeError("expected the improver to export a function named improve, found " + typeof program.improve);
    const solution = await program.improve(host.input.solution, utilityFor(host), modelFor(host));
    if (typeof solution === "string") return { solution, attempts: seen() };
    return { type: solution === null ? "null" : typeof solution, attempts: seen() };
  } catch (error) {
    console.error(error?.stack ?? error);
    return { error: String(error?.message ?? error).slice(0, 1000), attempts: seen() };
  }
};
`;

/** The files of an improver's bundle; its entry is `ADAPTER_PATH`. */
export const improverFiles = (source: string): Readonly<Record<string, string>> => ({
  [IMPROVER_PATH]: source,
  [TRIPWIRES_PATH]: tripwires,
  [ADAPTER_PATH]: adapter,
});
