/** Learning curves as chunks of little-endian 32-bit floats: seconds, loss, seconds, loss … */
import type { CurvePoint } from "../../core/trial.ts";
import type { Connection } from "./schema.ts";

export interface CurveStore {
  append(trial: number, attempt: number, points: readonly CurvePoint[]): void;
  /** Of the attempt given, or of the last one that has points. */
  load(trial: number, attempt?: number): CurvePoint[];
}

export function curveStore(db: Connection): CurveStore {
  const insert = db.prepare(
    `INSERT INTO curves (trial, attempt, chunk, points)
     SELECT :trial, :attempt, coalesce(max(chunk) + 1, 0), :points FROM curves WHERE trial = :trial AND attempt = :attempt`,
  );
  const select = db.prepare<[number, number], { points: Buffer }>(
    "SELECT points FROM curves WHERE trial = ? AND attempt = ? ORDER BY chunk",
  );
  const lastAttempt = db.prepare<[number], { attempt: number | null }>(
    "SELECT max(attempt) AS attempt FROM curves WHERE trial = ?",
  );
  return {
    append(trial, attempt, points) {
      if (points.length > 0) insert.run({ trial, attempt, points: encode(points) });
    },
    load(trial, attempt = lastAttempt.get(trial)?.attempt ?? 0) {
      return select.all(trial, attempt).flatMap(({ points }) => decode(points));
    },
  };
}

function encode(points: readonly CurvePoint[]): Buffer {
  const bytes = Buffer.allocUnsafe(points.length * 8);
  points.forEach(({ seconds, loss }, i) => {
    bytes.writeFloatLE(seconds, i * 8);
    bytes.writeFloatLE(loss, i * 8 + 4);
  });
  return bytes;
}

function decode(bytes: Buffer): CurvePoint[] {
  return Array.from({ length: bytes.length / 8 }, (_, i) => ({
    seconds: bytes.readFloatLE(i * 8),
    loss: bytes.readFloatLE(i * 8 + 4),
  }));
}
