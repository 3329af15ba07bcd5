/**
 * Takes back a part of what somebody entered: what may be seen of them, or the wish for news. All the rest is
 * sealed anew. A lower level takes the place of a row that no batch has, so that a batch which was written
 * before cannot be confirmed any more; else it is a further row under the same code: when rows are joined,
 * what asks for less stands.
 */
import { z } from 'zod';
import { aadOf, infoOf } from '../../signature/binding.ts';
import { fromBase64url, toBinary } from '../../signature/bytes.ts';
import { type Content, levels, writeContent } from '../../signature/content.ts';
import { sealTo } from '../../signature/hpke.ts';
import { lanes } from '../../signature/lane.ts';
import { digestOf } from '../../signature/row.ts';
import { DeliveryError } from '../errors.ts';
import { enteredOf } from '../obey.ts';
import { openContent } from '../open.ts';
import type { Source } from '../source.ts';
import { note } from './act.ts';
import type { Signed } from './find.ts';
import { addBeside, readRows, replace, type Request } from './sql.ts';

const rowsSchema = z.array(
  z.object({
    digest: z.string(),
    sealed: z.string(),
    key_id: z.string(),
    text_version: z.string(),
    lane: z.enum(lanes),
    batch: z.int().nullable(),
  }),
);
type Row = z.output<typeof rowsSchema>[number];
const entriesSchema = z.record(z.string(), z.string());

/** What is sealed anew in place of what was entered. */
const less: Record<Less, (entries: Content) => Content> = {
  lower: (entries) => ({ ...entries, level: 'count' }),
  'no-news': (entries) =>
    Object.fromEntries(Object.entries(entries).filter(([field]) => field !== 'news')),
};
export type Less = 'lower' | 'no-news';

type Own = Pick<Source, 'campaign' | 'database' | 'keys'>;

/** Takes it back from signatures. Throws a DeliveryError where none of their rows opens any more. */
export async function takeBack(
  source: Own,
  verb: Less,
  signatures: readonly Signed[],
  made: Pick<Request, 'day' | 'reason'>,
): Promise<void> {
  for (const { idHash } of signatures) {
    const id = Buffer.from(idHash);
    const rows = rowsSchema.parse(await source.database.query(readRows(id.toString('hex'))));
    await source.database.write(await sealLess(source, verb, id, rows, made.day));
  }
  await note(source.database, { ...made, verb, signatures: signatures.length });
}

/** The statements that change the rows. */
async function sealLess(
  { campaign, keys }: Own,
  verb: Less,
  id: Buffer,
  rows: readonly Row[],
  day: string,
): Promise<string[]> {
  const idHash = id.toString('base64url');
  const replaced: string[] = [];
  let added: string | undefined;
  for (const one of rows) {
    const { digest: beside, sealed, key_id: keyId, text_version: textVersion, lane, batch } = one;
    const row = { idHash, lane, keyId, textVersion, sealed: Buffer.from(sealed, 'hex') };
    const entries = entriesSchema.safeParse(await openContent(row, keys, campaign));
    const key = keys.get(keyId);
    // Sealed anew, nonsense would change nothing.
    const makesSense = enteredOf(entries.data, {
      ...{ id: campaign, levels: [...levels], dangerousCountries: [] },
    });
    if (!entries.success || !makesSense || !key) continue;
    const content = writeContent(less[verb](entries.data));
    const publicKey = toBinary(await crypto.subtle.exportKey('raw', key.pair.publicKey));
    const aad = aadOf(idHash, textVersion, 'page');
    const anew = await sealTo(publicKey, infoOf(campaign, keyId), aad, content);
    const digest = fromBase64url(await digestOf({ keyId, textVersion, sealed: anew })) ?? '';
    // What a batch showed of it is changed by a lower level, and not by the wish for news.
    const asHandedOver = verb === 'no-news';
    const binary = { digest: hex(digest), sealed: hex(anew) };
    if (verb === 'lower' && batch === null)
      replaced.push(replace(id.toString('hex'), beside, binary));
    else added ??= addBeside(id.toString('hex'), beside, { ...binary, day, asHandedOver });
  }
  if (replaced.length > 0) return replaced;
  if (added !== undefined) return [added];
  throw new DeliveryError(
    'row',
    'A signature that was found has changed meanwhile. What came before it is done; the rest is not.',
    'Run this command again.',
  );
}

function hex(binary: string): string {
  return Buffer.from(binary, 'latin1').toString('hex');
}
