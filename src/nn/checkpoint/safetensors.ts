/**
 * The safetensors format: a JSON header that names tensors with type, shape and place, then their bytes. Read strictly, so that a
 * file that was cut or tampered with is refused: places must follow one another without gaps and fill the file.
 */
import { messageOf, StropError } from "../../core/errors.ts";
import { isRecord } from "../../core/json.ts";
import type { Value, Values } from "../backend.ts";
import { sizeOf, type DType } from "../tensor.ts";

const typeNames: Readonly<Record<DType, string>> = { float32: "F32", int32: "I32", int64: "I64", bool: "BOOL" };
const widths: Readonly<Record<DType, number>> = { float32: 4, int32: 4, int64: 8, bool: 1 };
/** As in the reference implementation: no honest header is longer. */
const longestHeader = 100_000_000;

export interface Checkpoint {
  readonly tensors: Values;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of a .safetensors file. Tensors are written in the order of their names, so that equal content gives equal bytes. */
export function encodeSafetensors({ tensors, metadata }: Checkpoint): Uint8Array<ArrayBuffer> {
  const names = Object.keys(tensors).sort();
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let end = 0;
  for (const name of names) {
    const { dtype, shape, data } = tensors[name]!;
    header[name] = { dtype: typeNames[dtype], shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = JSON.stringify(header);
  const encoded = new TextEncoder().encode(text);
  const padding = (8 - (encoded.length % 8)) % 8;
  const start = 8 + encoded.length + padding;
  const bytes = new Uint8Array(start + end).fill(0x20, 8 + encoded.length, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(encoded, 8);
  let offset = start;
  for (const name of names) {
    const { data } = tensors[name]!;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * The tensors of a .safetensors file, copied out of it.
 * @throws StropError `nn.bad-checkpoint` when the bytes are not such a file, or hold another type than the four of `DType`.
 */
export function decodeSafetensors(bytes: Uint8Array): Checkpoint {
  if (bytes.length < 8) throw malformed(`a file of ${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > Math.min(longestHeader, bytes.length - 8)) throw malformed(`a header of ${length} bytes`);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.subarray(8, 8 + length));
  const body = bytes.subarray(8 + length);
  const places = Object.entries(entries).map(([name, entry]) => placeOf(name, entry));
  places.sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const place of places) {
    if (place.start !== end) throw malformed(`"${place.name}" at byte ${place.start} where ${end} was due`);
    end = place.end;
  }
  if (end !== body.length) throw malformed(`${body.length} bytes of tensors where the header has ${end}`);
  const tensors = places.map(({ name, dtype, shape, start, end: stop }): [string, Value] => [
    name,
    { dtype, shape, data: arrayOf(dtype, new Uint8Array(body.subarray(start, stop))) },
  ]);
  return { tensors: Object.fromEntries(tensors), metadata: textsOf(metadata) };
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (thrown) {
    throw malformed(`a header that is no JSON (${messageOf(thrown)})`);
  }
  if (!isRecord(header)) throw malformed("a header that is no object");
  return header;
}

interface Place {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function placeOf(name: string, entry: unknown): Place {
  if (!isRecord(entry)) throw malformed(`no object for "${name}"`);
  const dtype = (Object.keys(typeNames) as DType[]).find((one) => typeNames[one] === entry["dtype"]);
  if (dtype === undefined) throw malformed(`the type ${JSON.stringify(entry["dtype"])} for "${name}"`);
  const { shape, data_offsets: offsets } = entry;
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    throw malformed(`no shape and place for "${name}"`);
  const [start, end] = [offsets[0]!, offsets[1]!];
  if (end - start !== sizeOf(shape) * widths[dtype])
    throw malformed(`${end - start} bytes for "${name}" of shape [${shape.join(", ")}]`);
  return { name, dtype, shape, start, end };
}

function textsOf(metadata: unknown): Readonly<Record<string, string>> {
  const isTexts = isRecord(metadata) && Object.values(metadata).every((value) => typeof value === "string");
  if (!isTexts) throw malformed("metadata that is not text by name");
  return metadata as Record<string, string>;
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);

/** Over the bytes themselves, which fill a buffer of their own. (`slice` would not do: a Buffer's shares its memory.) */
function arrayOf(dtype: DType, { buffer }: Uint8Array<ArrayBuffer>): Value["data"] {
  if (dtype === "float32") return new Float32Array(buffer);
  if (dtype === "int32") return new Int32Array(buffer);
  return dtype === "int64" ? new BigInt64Array(buffer) : new Uint8Array(buffer);
}

const malformed = (found: string) =>
  new StropError("nn.bad-checkpoint", `expected a safetensors file, found ${found}`, {
    hint: "The file may have been cut while it was written; use an earlier one.",
  });
