/** Types of C++ whose copy costs as much as there is in them. */
import { remember } from "../../../../core/remember.ts";
import { childOf } from "../../../../syntax/tree.ts";
import { type Source, sourceOf } from "../../rule.ts";

const LARGE =
  /^(?:std::)?(?:string|wstring|vector|map|set|unordered_map|unordered_set|deque|list|array|pair|tuple|function|shared_ptr)\b|^auto$/;

/** A container of the standard library, what the compiler is to find out, or a structure of the file. */
export const isLarge = (source: Source, type: string): boolean => LARGE.test(type) || structures(source).has(type);

const structures = remember(
  (source: Source): ReadonlySet<string> =>
    new Set(
      source.nodes
        .filter(
          ({ type, children }) =>
            /^(?:struct|class)_specifier$/.test(type) && children.some(({ field }) => field === "body"),
        )
        .map((node) => sourceOf(source, childOf(node, "name") ?? node)),
    ),
);
