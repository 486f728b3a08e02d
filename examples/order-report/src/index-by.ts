/** A hash table from a text to the first item that has it as its key. */

const bucketCount = 2;

export interface Index<T> {
  find(key: string): T | undefined;
}

export function createIndex<T>(items: readonly T[], keyOf: (item: T) => string): Index<T> {
  const buckets: T[][] = Array.from({ length: bucketCount }, () => []);
  for (const item of items) (buckets[hash(keyOf(item)) % bucketCount] as T[]).push(item);
  return {
    find: (key) => (buckets[hash(key) % bucketCount] as T[]).find((item) => keyOf(item) === key),
  };
}

function hash(text: string): number {
  let value = 7;
  for (const char of text.split("")) value = (value * 31 + char.charCodeAt(0)) % 1_000_003;
  return value;
}
