/** The binary records of CIFAR-10: one label byte, then 32 × 32 red, green and blue bytes. */
import { badData, type LabelledImages } from "./images.ts";

const SIDE = 32;
const CHANNELS = 3;
const PIXELS = CHANNELS * SIDE * SIDE;

/** Throws StropError `data.malformed` when the bytes are no whole number of records. */
export function parseCifarRecords(bytes: Uint8Array, file: string): LabelledImages {
  const record = 1 + PIXELS;
  if (bytes.length === 0 || bytes.length % record !== 0)
    throw badData(file, `records of ${record} bytes`, `${bytes.length} bytes`);
  const count = bytes.length / record;
  const [pixels, labels] = [new Uint8Array(count * PIXELS), new Uint8Array(count)];
  for (let i = 0; i < count; i++) {
    labels[i] = bytes[i * record] as number;
    pixels.set(bytes.subarray(i * record + 1, (i + 1) * record), i * PIXELS);
  }
  return { pixels, labels, channels: CHANNELS, height: SIDE, width: SIDE };
}
