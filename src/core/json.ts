/** Plain JSON values: the only shape that crosses a trust boundary or enters the journal. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Whether a value is an object with keys: neither null nor a list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The keys and values of such an object; of anything else there are none. */
export const fieldsOf = (value: Json | undefined): JsonObject => (isRecord(value) ? value : {});
