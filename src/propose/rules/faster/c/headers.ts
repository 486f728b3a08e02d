/** What a rewrite of C or C++ includes besides. */
import { lineBreakOf, type Rewrite, type Source } from "../../rule.ts";

/** A rewrite with the headers that the file has not yet, above its first `#include`. */
export function withHeaders(source: Source, headers: readonly string[], rewrite: Rewrite): Rewrite {
  const { text } = source;
  const at = Math.max(0, text.search(/^[ \t]*#\s*include\b/m));
  const missing = headers.filter(
    (header) => !new RegExp(String.raw`#\s*include\s*<${header.replace(".", String.raw`\.`)}>`).test(text),
  );
  return missing.length === 0
    ? rewrite
    : {
        ...rewrite,
        replacements: [
          { start: at, end: at, text: missing.map((header) => `#include <${header}>${lineBreakOf(source)}`).join("") },
          ...rewrite.replacements,
        ],
      };
}
