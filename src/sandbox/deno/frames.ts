/**
 * The wire between the host and a module's process: kind (1 byte), length of the JSON text (4 bytes, little endian),
 * length of the attached bytes plus one (4 bytes; 0 = none), the text, the bytes. No base64, no scanning for line ends.
 * Everything that comes from the module is hostile: sizes are checked before anything is kept.
 */
import type { Json } from "../../core/json.ts";
import { messageOf } from "../../core/errors.ts";

export const FRAME = { blob: 1, start: 2, reply: 3, call: 4, output: 5, result: 6, failure: 7 } as const;

const HEADER_BYTES = 9;
/** Longest JSON text of one frame; numbers in bulk belong into the attached bytes. */
const JSON_BYTES = 4 * 1024 * 1024;
const JSON_DEPTH = 256;

export interface Frame {
  readonly kind: number;
  readonly json: Json;
  readonly bytes: Uint8Array | undefined;
}

/** The module sent something that its loader never sends. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** Header and text of a frame; the attached bytes follow it on the wire as they are. */
export function encodeFrame(kind: number, json: Json, bytes?: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(json), "utf8");
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(kind, 0);
  header.writeUInt32LE(text.length, 1);
  header.writeUInt32LE(bytes === undefined ? 0 : bytes.length + 1, 5);
  return Buffer.concat([header, text]);
}

/** Returns a function that takes the wire's chunks; it throws ProtocolError at the first frame that breaks a rule. */
export function createFrameReader(maxBytes: number, onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let available = 0;
  let needed = HEADER_BYTES;
  return (chunk) => {
    chunks.push(chunk);
    available += chunk.length;
    while (available >= needed) {
      const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      chunks = [whole];
      needed = frameLength(whole, maxBytes);
      if (available < needed) return;
      onFrame(decodeFrame(whole.subarray(0, needed)));
      chunks = [whole.subarray(needed)];
      available -= needed;
      needed = HEADER_BYTES;
    }
  };
}

function frameLength(header: Buffer, maxBytes: number): number {
  const kind = header.readUInt8(0);
  const jsonLength = header.readUInt32LE(1);
  const bytesLength = Math.max(0, header.readUInt32LE(5) - 1);
  if (kind < FRAME.call || kind > FRAME.failure)
    throw new ProtocolError(`expected a frame of kind 4 to 7, found kind ${kind}`);
  if (jsonLength > JSON_BYTES)
    throw new ProtocolError(`expected at most ${JSON_BYTES} bytes of JSON in one message, found ${jsonLength}`);
  if (bytesLength > maxBytes)
    throw new ProtocolError(`expected at most ${maxBytes} bytes attached to one message, found ${bytesLength}`);
  return HEADER_BYTES + jsonLength + bytesLength;
}

function decodeFrame(frame: Buffer): Frame {
  const textEnd = HEADER_BYTES + frame.readUInt32LE(1);
  const json = parseHostile(frame.toString("utf8", HEADER_BYTES, textEnd));
  const hasBytes = frame.readUInt32LE(5) > 0;
  // A copy: handlers may keep the bytes, and must not keep the megabytes of other frames around them.
  return { kind: frame.readUInt8(0), json, bytes: hasBytes ? new Uint8Array(frame.subarray(textEnd)) : undefined };
}

/** JSON without the three things that harm its reader later: deep nesting, `__proto__` keys and infinite numbers (1e999). */
export function parseHostile(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new ProtocolError(`expected JSON: ${messageOf(error)}`);
  }
  const open: { value: Json | undefined; depth: number }[] = [{ value, depth: 0 }];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (typeof item.value === "number" && !Number.isFinite(item.value))
      throw new ProtocolError("expected finite numbers, found an infinite one");
    if (typeof item.value !== "object" || item.value === null) continue;
    if (item.depth === JSON_DEPTH)
      throw new ProtocolError(`expected JSON at most ${JSON_DEPTH} levels deep, found more`);
    if (Object.hasOwn(item.value, "__proto__")) throw new ProtocolError("expected no key named __proto__, found one");
    for (const inner of Object.values(item.value) as (Json | undefined)[])
      open.push({ value: inner, depth: item.depth + 1 });
  }
  return value;
}
