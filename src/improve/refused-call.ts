/** A call that the host does not make; the message reaches the improver, so it says nothing of the host. */
import type { Circumvention } from "./taxonomy.ts";

export class RefusedCall extends Error {
  override readonly name = "RefusedCall";
  readonly flag: Circumvention | undefined;

  constructor(message: string, flag?: Circumvention) {
    super(message);
    this.flag = flag;
  }
}
