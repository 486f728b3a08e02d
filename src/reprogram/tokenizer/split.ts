/** How text is cut before pieces are learned: no piece reaches over such a cut, and every digit stands alone. */

/** A digit; a word or a run of signs, with one space before it; a run of white space. Together they cover any text. */
const PARTS = /\d| ?[A-Za-z_]+| ?[^\sA-Za-z_\d]+|\s+/g;

export const splitText = (text: string): readonly string[] => text.match(PARTS) ?? [];
