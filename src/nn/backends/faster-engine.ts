/**
 * ONNX Runtime's WebAssembly with a faster innermost loop of matrix products (`product-kernel.ts`). Only functions that are known byte by
 * byte are replaced; a build in which they are not found stays as it is.
 */
import { joinBytes } from "../../core/join-bytes.ts";
import { encodeVarint } from "../onnx/wire.ts";
import { productKernel, timesPlus } from "./product-kernel.ts";

interface KnownBody {
  readonly size: number;
  readonly hash: number;
  readonly isAdding: boolean;
}

/** The kernels of onnxruntime-web 1.30.0: MlasSgemmKernelZero and MlasSgemmKernelAdd. */
const known: readonly KnownBody[] = [
  { size: 2040, hash: 0x3eacadd4, isAdding: false },
  { size: 1922, hash: 0xca587132, isAdding: true },
];

const codeSection = 10;
// What of WebAssembly is needed, as the compiler's library for the web is not loaded.
interface Platform {
  readonly WebAssembly: { validate(module: Uint8Array): boolean };
}

/** Whether a function whose body has a relaxed_madd is valid here. */
function canFuse(): boolean {
  const zeros = [0xfd, 0x0c, ...Array<number>(16).fill(0)];
  const body = [0, ...zeros, ...zeros, ...zeros, ...timesPlus, 0x1a, 0x0b];
  const [magic, type, section] = ["\0asm\u0001\0\0\0", [1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0]] as const;
  const code = [codeSection, body.length + 2, 1, body.length, ...body];
  const module = Uint8Array.of(...new TextEncoder().encode(magic), ...type, ...section, ...code);
  return (globalThis as unknown as Platform).WebAssembly.validate(module);
}

/** The engine with both kernels replaced, or the engine itself where they are not the known ones. */
export function fasterEngine(engine: Uint8Array): Uint8Array {
  const section = codeOf(engine);
  const isFused = canFuse();
  const parts: Uint8Array[] = [];
  let from = section.start;
  for (const { lengthAt, start, end } of section.bodies) {
    const found = known.find(({ size, hash }) => size === end - start && hash === hashOf(engine.subarray(start, end)));
    if (found === undefined) continue;
    const code = productKernel({ ...found, isFused });
    parts.push(engine.subarray(from, lengthAt), encodeVarint(code.length), Uint8Array.from(code));
    from = end;
  }
  if (parts.length !== 3 * known.length) return engine;
  parts.push(engine.subarray(from, section.end));
  const size = parts.reduce((total, { length }) => total + length, 0);
  const head = [Uint8Array.of(codeSection), encodeVarint(size)];
  return joinBytes([engine.subarray(0, section.at), ...head, ...parts, engine.subarray(section.end)]);
}

/** FNV-1a, 32 bits. */
const hashOf = (bytes: Uint8Array): number =>
  bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5) >>> 0;

interface Body {
  /** Where its length stands, in front of it. */
  readonly lengthAt: number;
  readonly start: number;
  readonly end: number;
}

interface CodeSection {
  readonly at: number;
  readonly start: number;
  readonly end: number;
  readonly bodies: readonly Body[];
}

/** The section of a module that holds the functions' bodies; at the end of the module, and without any, where there is none. */
function codeOf(module: Uint8Array): CodeSection {
  let at = 8;
  const number = (): number => {
    for (let [value, factor] = [0, 1]; ; factor *= 128) {
      const byte = module[at++] ?? 0;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < module.length) {
    const [sectionAt, id, size] = [at, module[at++], number()];
    const [start, end] = [at, at + size];
    if (id === codeSection) {
      const bodies = Array.from({ length: number() }, (): Body => {
        const [lengthAt, length] = [at, number()];
        at += length;
        return { lengthAt, start: at - length, end: at };
      });
      return { at: sectionAt, start, end, bodies };
    }
    at = end;
  }
  return { at, start: at, end: at, bodies: [] };
}
