/** Images as a network is fed them: one channel's numbers around 0 with deviation 1, in batches of one size. */
import type { Random } from "../../../core/numerics/random.ts";
import { imageSize, type LabelledImages } from "../../../reprogram/data/images.ts";

/** How pixels become numbers: (pixel − mean) / deviation, by channel. */
export interface PixelScale {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** Of the images that a network learns from, and of no others. */
export function pixelScale({ pixels, channels, height, width, labels }: LabelledImages): PixelScale {
  const area = height * width;
  const moments = Array.from({ length: channels }, (_, channel) => {
    let [sum, squares] = [0, 0];
    for (let image = 0; image < labels.length; image++) {
      const start = (image * channels + channel) * area;
      for (let i = start; i < start + area; i++) {
        const pixel = pixels[i] as number;
        sum += pixel;
        squares += pixel * pixel;
      }
    }
    const mean = sum / (labels.length * area);
    return { mean, deviation: Math.sqrt(squares / (labels.length * area) - mean * mean) || 1 };
  });
  return { means: moments.map(({ mean }) => mean), deviations: moments.map(({ deviation }) => deviation) };
}

export interface ImageBatch {
  /** [batch, channels, height, width] */
  readonly images: Float32Array;
  /** [batch] */
  readonly labels: Int32Array;
}

export interface BatchOptions {
  readonly scale: PixelScale;
  /** Images are mirrored at random, and moved by up to so many pixels; undefined: as they are. */
  readonly augment?: { readonly random: Random; readonly mirror: boolean; readonly shift: number } | undefined;
}

/** The images at these places. */
export function imageBatch(
  from: LabelledImages,
  places: readonly number[],
  { scale, augment }: BatchOptions,
): ImageBatch {
  const size = imageSize(from);
  const images = new Float32Array(places.length * size);
  places.forEach((place, row) => {
    const view = augment === undefined ? AS_IT_IS : drawView(augment);
    copyImage(from, place, { into: images.subarray(row * size, (row + 1) * size), view, scale });
  });
  return { images, labels: Int32Array.from(places, (place) => from.labels[place] as number) };
}

/** How an image is looked at: rows and columns that it is moved by, and whether it is mirrored. */
interface View {
  readonly down: number;
  readonly right: number;
  readonly isMirrored: boolean;
}

const AS_IT_IS: View = { down: 0, right: 0, isMirrored: false };

const drawView = ({ random, mirror, shift }: NonNullable<BatchOptions["augment"]>): View => ({
  down: random.integer(2 * shift + 1) - shift,
  right: random.integer(2 * shift + 1) - shift,
  isMirrored: mirror && random.next() < 0.5,
});

interface Copy {
  readonly into: Float32Array;
  readonly view: View;
  readonly scale: PixelScale;
}

/** What a move uncovers is mean grey. */
function copyImage({ pixels, channels, height, width }: LabelledImages, place: number, { into, view, scale }: Copy) {
  for (let channel = 0; channel < channels; channel++) {
    const [mean, deviation] = [scale.means[channel] as number, scale.deviations[channel] as number];
    for (let y = 0; y < height; y++) {
      const row = y - view.down;
      if (row < 0 || row >= height) continue;
      const [from, to] = [((place * channels + channel) * height + row) * width, (channel * height + y) * width];
      for (let x = 0; x < width; x++) {
        const column = (view.isMirrored ? width - 1 - x : x) - view.right;
        if (column >= 0 && column < width) into[to + x] = ((pixels[from + column] as number) - mean) / deviation;
      }
    }
  }
}
