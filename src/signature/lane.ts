/** How a signature came, and what it counts as: the words that code, SQL and reports share. */

/** Which check let it in; `unchecked` came without one and is held. */
export const lanes = ['turnstile', 'stamp', 'unchecked'] as const;
export type Lane = (typeof lanes)[number];

/** What a stored row is: only counted ones move the public number, and only after review held ones do. */
export const states = ['counted', 'held', 'repeat', 'withdrawn', 'invalidated'] as const;
export type State = (typeof states)[number];
