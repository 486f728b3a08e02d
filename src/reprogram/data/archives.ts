/** The two archive formats that data sets come in, read only as far as they are needed: names and bytes of plain files. */
import { inflateRawSync } from "node:zlib";

import { badData } from "./images.ts";

export interface ArchiveEntry {
  readonly name: string;
  readonly bytes: () => Uint8Array;
}

const BLOCK = 512;

/** Plain files of a tar archive (ustar). */
export function tarEntries(archive: Uint8Array, file: string): ArchiveEntry[] {
  const entries: ArchiveEntry[] = [];
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0;) {
    const size = Number.parseInt(text(archive, at + 124, 12), 8);
    const start = at + BLOCK;
    if (!(size >= 0) || start + size > archive.length) throw badData(file, "a whole tar archive", "a cut one");
    const isPlain = archive[at + 156] === 0x30 || archive[at + 156] === 0;
    if (isPlain) entries.push({ name: text(archive, at, 100), bytes: () => archive.subarray(start, start + size) });
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

const text = (bytes: Uint8Array, at: number, length: number): string =>
  (new TextDecoder().decode(bytes.subarray(at, at + length)).split("\0")[0] as string).trim();

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LARGEST_ENTRY = 2 ** 30;

/** Files of a zip archive below 4 GiB, by its central directory. */
export function zipEntries(archive: Uint8Array, file: string): ArchiveEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = endOfDirectory(view);
  if (end === undefined) throw badData(file, "a whole zip archive", "no directory at its end");
  const entries: ArchiveEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > archive.length || view.getUint32(at, true) !== DIRECTORY_ENTRY)
      throw badData(file, "a zip directory", `nothing at byte ${at}`);
    const [method, packed] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [number, number, number];
    const start = view.getUint32(at + 42, true);
    const name = text(archive, at + 46, lengths[0]);
    entries.push({ name, bytes: () => unpack(archive, { file: `${file}: ${name}`, start, packed, method }) });
    at += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return entries;
}

/** The record may be followed by a comment of up to 65,535 bytes. */
function endOfDirectory(view: DataView): number | undefined {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at--)
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  return undefined;
}

interface Packed {
  readonly file: string;
  readonly start: number;
  readonly packed: number;
  readonly method: number;
}

function unpack(archive: Uint8Array, { file, start, packed, method }: Packed): Uint8Array {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  if (start + 30 > archive.length) throw badData(file, "an entry", `nothing at byte ${start}`);
  const body = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  const bytes = archive.subarray(body, body + packed);
  if (bytes.length !== packed) throw badData(file, `${packed} bytes`, `${bytes.length}`);
  if (method === 0) return bytes;
  if (method !== 8) throw badData(file, "an entry that is stored or deflated", `method ${method}`);
  return inflateRawSync(bytes, { maxOutputLength: LARGEST_ENTRY });
}
