/**
 * What a sealed part is bound to: format, campaign and key, and the row that it stands in. Read by
 * whoever seals (page, Worker) and by whoever opens (the delivery tool).
 */
/** First part of everything that is hashed or bound, so that no other use of a key can be confused. */
export const format = 'undersigned/1';

/** Where a signature was sealed: in the page, or in the Worker for a form without JavaScript. */
export type SealedBy = 'page' | 'worker';

/** HPKE's info: format, campaign and key. */
export function infoOf(campaign: string, keyId: string): string {
  return `${format}|${campaign}|${keyId}`;
}

/**
 * HPKE's additional data: all that a row says in the open about its sealed part; in another row it
 * does not open. A text version begins with its language, so the language is bound too.
 */
export function aadOf(idHash: string, text: string, sealedBy: SealedBy): string {
  return `${idHash}|${text}|${sealedBy}`;
}
