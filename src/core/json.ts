/** Plain JSON values: the only shape that crosses a trust boundary or enters the journal. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
