/** A Map under the program's own interface. */
export interface Index<T> {
  find(key: string): T | undefined;
}

export function createIndex<T>(items: readonly T[], keyOf: (item: T) => string): Index<T> {
  const byKey = new Map<string, T>();
  for (const item of items) if (!byKey.has(keyOf(item))) byKey.set(keyOf(item), item);
  return { find: (key) => byKey.get(key) };
}
