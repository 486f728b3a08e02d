/**
 * The literals of a program, each with a key that survives edits elsewhere: the names around it and its place
 * among its namesakes. Which of them are worth tuning is the proposers' business (propose/literals/literal-space.ts).
 */
import { editableRegions, isEditable } from "../core/edits/marked-regions.ts";
import { findChoices } from "./choices.ts";
import { jsonLiterals } from "./json-literals.ts";
import { languageOf } from "./languages.ts";
import { type Literal, type LiteralValue, readLiteral, writeWord } from "./literal-kinds.ts";
import { type Place, placeOf } from "./literal-place.ts";
import { parametersByFunction } from "./names.ts";
import { writeNumber } from "./number-notation.ts";
import { LONGEST_TEXT, parse } from "./parse.ts";
import { inPrintedFigure } from "./printed.ts";
import type { PlacedLiteral } from "./scalars.ts";
import { tomlLiterals } from "./toml-literals.ts";
import { positionsIn, type SyntaxNode, walk } from "./tree.ts";
import { yamlLiterals } from "./yaml-literals.ts";

export type { LiteralValue } from "./literal-kinds.ts";

export interface LiteralSite extends Literal, Place {
  /** Stable across edits in other places: path, names around it, ordinal among literals of the same names and kind of value. */
  readonly key: string;
  readonly path: string;
  /** The literal as written. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

export interface FileLiterals {
  /** In order of the text. */
  readonly sites: readonly LiteralSite[];
  /** Strings that a name is compared with or declared to be one of, by that name (see choices.ts). */
  readonly choices: ReadonlyMap<string, ReadonlySet<string>>;
}

const YAML = /\.ya?ml$/i;
/** Files of settings, which have no grammar here. */
const SETTINGS: readonly (readonly [RegExp, (text: string) => PlacedLiteral[]])[] = [
  [YAML, yamlLiterals],
  [/\.jsonc?$/i, jsonLiterals],
  [/\.toml$/i, tomlLiterals],
];
const settingsReader = (path: string) => SETTINGS.find(([name]) => name.test(path))?.[1];

/** Whether a file's literals can be found, going by its name. */
export const isReadable = (path: string): boolean =>
  settingsReader(path) !== undefined || !["css", undefined].includes(languageOf(path));

const NONE: FileLiterals = { sites: [], choices: new Map() };

/** Every literal that may be edited in a program's or a settings' file; nothing for other languages or a text beyond `LONGEST_TEXT`. */
export async function findLiterals(path: string, text: string): Promise<FileLiterals> {
  const settings = settingsReader(path);
  if (settings !== undefined && text.length <= LONGEST_TEXT)
    return { sites: sitesOf(path, text, settings(text)), choices: NONE.choices };
  const language = languageOf(path);
  const root = language === undefined || language === "css" ? null : await parse(language, text);
  if (root === null) return NONE;
  const parameters = parametersByFunction(root, text);
  const nodes = [...walk(root)];
  const isPrinted = inPrintedFigure(nodes, text);
  const placed = nodes.flatMap((node) => {
    const literal = readLiteral(node, text);
    if (literal === null) return [];
    const place = placeOf(node, text, parameters);
    return [
      { literal, place: mayBePrinted(node, place) && isPrinted(node) ? { ...place, role: "printed" as const } : place },
    ];
  });
  return { sites: sitesOf(path, text, placed), choices: findChoices(root, text) };
}

/** `best = 0.1` may be printed and be a setting all the same; the 100 of `100 * right` and the 2 of `round(error, 2)` are none. */
const mayBePrinted = ({ parent }: SyntaxNode, { role, name }: Place): boolean =>
  role === "operand" || role === "argument" || name === "" || parent?.type === "token_tree";

function sitesOf(path: string, text: string, placed: readonly PlacedLiteral[]): LiteralSite[] {
  const positionOf = positionsIn(text);
  const regions = editableRegions(text);
  const ordinals = new Map<string, number>();
  const sites: LiteralSite[] = [];
  for (const { literal, place } of placed) {
    const family = `${path}:${[...place.scope, place.name].join(".")}:${typeof literal.value}`;
    const ordinal = ordinals.get(family) ?? 0;
    ordinals.set(family, ordinal + 1);
    if (!isEditable(regions, literal.start, literal.end)) continue;
    const { line } = positionOf(literal.start);
    sites.push({
      ...literal,
      ...place,
      key: `${family}#${ordinal}`,
      path,
      text: text.slice(literal.start, literal.end),
      line,
    });
  }
  return sites;
}

/** Source for `value` in the notation of the site's present literal. */
export function writeLiteral(site: LiteralSite, value: LiteralValue): string {
  if (typeof value !== "number") return writeWord(value, site.text);
  const written = writeNumber(value, site.text.replace(/^-\s+/, "-"));
  return YAML.test(site.path) ? withFullExponent(written) : written;
}

/** To readers of YAML 1.1, PyYAML among them, `7e-4` is a word, and only `7.0e-4` a number. */
const withFullExponent = (written: string): string =>
  written.replace(
    /^(-?\d+)(\.\d+)?e([-+]?)/i,
    (_all, whole: string, fraction = ".0", sign = "") => `${whole}${fraction}e${sign || "+"}`,
  );
