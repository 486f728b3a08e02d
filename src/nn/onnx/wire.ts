/**
 * The protocol-buffer wire format, as much of it as ONNX needs: varints, 32-bit floats and length-delimited fields.
 * Knows nothing about ONNX. Reference: protobuf.dev, "Encoding".
 */
import { StropError } from "../../core/errors.ts";
import { joinBytes } from "../../core/join-bytes.ts";

export const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const encoder = new TextEncoder();

/** Collects the fields of one message; every method returns the writer, so that fields read as a list. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];

  int(field: number, value: number | bigint): this {
    return this.#varint((field << 3) | wireType.varint).#varint(value);
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#varint((field << 3) | wireType.fixed32).#push(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#varint((field << 3) | wireType.bytes)
      .#varint(value.length)
      .#push(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array<ArrayBuffer> {
    return joinBytes(this.#parts);
  }

  #push(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  #varint(value: number | bigint): this {
    return this.#push(encodeVarint(value));
  }
}

/** Seven bits a byte, the lowest first (LEB128); of a negative number its 64 bits. */
export function encodeVarint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** One field as it stands in a message: `number` for varints, `bytes` for length-delimited and fixed-width fields. */
export interface Field {
  readonly field: number;
  readonly wire: number;
  readonly number: bigint;
  readonly bytes: Uint8Array;
}

/**
 * The fields of one message, in order, without copying.
 * @throws StropError `nn.bad-model` when the bytes are not a well-formed message.
 */
export function readFields(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let offset = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[offset++];
      if (byte === undefined) throw malformed("ends inside a number");
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw malformed("holds a number of more than ten bytes");
  };
  const take = (length: number): Uint8Array => {
    if (offset + length > message.length) throw malformed(`ends inside a field of ${length} bytes`);
    return message.subarray(offset, (offset += length));
  };
  while (offset < message.length) {
    const tag = Number(varint() & 0xffff_ffffn);
    const [field, wire] = [tag >>> 3, tag & 7];
    if (wire === wireType.varint) fields.push({ field, wire, number: varint(), bytes: empty });
    else fields.push({ field, wire, number: 0n, bytes: take(widthOf(wire, varint)) });
  }
  return fields;
}

const empty = new Uint8Array(0);

function widthOf(wire: number, varint: () => bigint): number {
  if (wire === wireType.bytes) return Number(varint());
  if (wire === wireType.fixed32) return 4;
  if (wire === wireType.fixed64) return 8;
  throw malformed(`uses wire type ${wire}, which ONNX does not`);
}

const malformed = (what: string) =>
  new StropError("nn.bad-model", `expected an ONNX model, found bytes whose message ${what}`);
