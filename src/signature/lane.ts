/** How a signature came, and what it counts as: the words that code, SQL and reports share. */

/** Which check let it in that was sent to the Worker; `unchecked` came without one and is held. */
export const sentLanes = ['turnstile', 'stamp', 'unchecked'] as const;
export type SentLane = (typeof sentLanes)[number];

/** Every way in. Only the campaigner's own machine stores what was signed on paper. */
export const lanes = [...sentLanes, 'paper'] as const;
export type Lane = (typeof lanes)[number];

/** What a stored row is: only counted ones move the public number, and only after review held ones do. */
export const states = ['counted', 'held', 'repeat', 'withdrawn', 'invalidated'] as const;
export type State = (typeof states)[number];
