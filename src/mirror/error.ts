/** What stands in the way of a mirror: what failed and why, and what to do now. Caught once, by the command. */
export class MirrorError extends Error {
  override readonly name = 'MirrorError';

  constructor(what: string, next: string) {
    super(`${what}\n${next}`);
  }
}
