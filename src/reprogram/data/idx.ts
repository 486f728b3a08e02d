/** The IDX format of MNIST and EMNIST: two zero bytes, a type, the number of dimensions, the dimensions, the numbers. */
import { badData, type LabelledImages } from "./images.ts";

const UNSIGNED_BYTE = 0x08;

export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** Throws StropError `data.malformed`; `file` names the bytes in messages. */
export function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isHeader = bytes.length >= 4 && view.getUint16(0) === 0 && bytes[2] === UNSIGNED_BYTE;
  if (!isHeader) {
    const start = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw badData(file, "an IDX file of bytes, which starts with 00 00 08", start === "" ? "an empty file" : start);
  }
  const dimensions = bytes[3] as number;
  const start = 4 + 4 * dimensions;
  if (dimensions === 0 || bytes.length < start)
    throw badData(file, "a whole IDX header", `${bytes.length} bytes for ${dimensions} dimensions`);
  const shape = Array.from({ length: dimensions }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);
  if (bytes.length - start !== size)
    throw badData(file, `${size} numbers for the shape ${shape.join(" × ")}`, `${bytes.length - start}`);
  return { shape, data: bytes.subarray(start) };
}

export interface IdxPair {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  /** Names the two in messages. */
  readonly files: readonly [string, string];
  /** Rows are columns, as in the official files of EMNIST. */
  readonly isTransposed: boolean;
}

/** Throws StropError `data.malformed` when either is no IDX file of its kind or their lengths differ. */
export function readIdxPair({ images, labels, files, isTransposed }: IdxPair): LabelledImages {
  const [pixels, classes] = [parseIdx(images, files[0]), parseIdx(labels, files[1])];
  const [count, height, width] = pixels.shape;
  if (pixels.shape.length !== 3 || count === undefined || height === undefined || width === undefined)
    throw badData(files[0], "images (three dimensions)", `${pixels.shape.length} dimensions`);
  if (pixels.data.length === 0) throw badData(files[0], "at least one image", `the shape ${pixels.shape.join(" × ")}`);
  if (classes.shape.length !== 1 || classes.data.length !== count)
    throw badData(files[1], `${count} labels (one dimension)`, `the shape ${classes.shape.join(" × ")}`);
  const upright = isTransposed ? transposed(pixels.data, { count, height, width }) : pixels.data;
  const [rows, columns] = isTransposed ? [width, height] : [height, width];
  return { pixels: upright, labels: classes.data, channels: 1, height: rows, width: columns };
}

function transposed(
  data: Uint8Array,
  { count, height, width }: { readonly count: number; readonly height: number; readonly width: number },
): Uint8Array {
  const out = new Uint8Array(data.length);
  const size = height * width;
  for (let image = 0; image < count; image++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        out[image * size + column * height + row] = data[image * size + row * width + column] as number;
  return out;
}
