/** Options that the chosen form of a command would not look at are refused: what was meant would cost hours to find out. */
import { StropError } from "../core/errors.ts";

/**
 * `formsOf`: options as commander names them, and the forms of the command that look at them. Throws StropError
 * `cli.misplaced-option` for one that was given to another form.
 */
export function requireFitting(
  options: object,
  form: string,
  formsOf: Readonly<Record<string, readonly string[]>>,
): void {
  for (const [name, value] of Object.entries(options)) {
    const forms = formsOf[name];
    if (forms === undefined || value === undefined || forms.includes(form)) continue;
    throw new StropError(
      "cli.misplaced-option",
      `--${dashed(name)}: expected it with strop ${forms.join(", ")}, found it with strop ${form}`,
      { hint: "Leave it out: it would change nothing." },
    );
  }
}

/** `fewShot` as it is typed: `few-shot`. */
export const dashed = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
