import { stripTypeScriptTypes } from "node:module";

/** The module that a text is, TypeScript too, without a file. */
export const moduleOf = (text: string): Promise<Record<string, unknown>> =>
  import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(text))}`) as Promise<Record<string, unknown>>;
