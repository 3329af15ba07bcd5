/**
 * Lets somebody be only counted from now on: a further row under the same code, sealed anew with all that they
 * entered and the lowest level. The most protective row wins when rows are joined, so this one stands.
 */
import { z } from 'zod';
import { aadOf, infoOf } from '../../signature/binding.ts';
import { fromBase64url, toBinary } from '../../signature/bytes.ts';
import { writeContent } from '../../signature/content.ts';
import { sealTo } from '../../signature/hpke.ts';
import { lanes } from '../../signature/lane.ts';
import { digestOf } from '../../signature/row.ts';
import { DeliveryError } from '../errors.ts';
import { openContent } from '../open.ts';
import type { Source } from '../source.ts';
import { note } from './act.ts';
import type { Signed } from './find.ts';
import { addBeside, readRows, type Request } from './sql.ts';

const rowsSchema = z.array(
  z.object({
    digest: z.string(),
    sealed: z.string(),
    key_id: z.string(),
    text_version: z.string(),
    lane: z.enum(lanes),
  }),
);
type Row = z.output<typeof rowsSchema>[number];
const entriesSchema = z.record(z.string(), z.string());

/** Lowers signatures to being counted. Throws a DeliveryError where none of their rows opens any more. */
export async function lowerAll(
  source: Pick<Source, 'campaign' | 'database' | 'keys'>,
  signatures: readonly Signed[],
  made: Pick<Request, 'day' | 'reason'>,
): Promise<void> {
  for (const { idHash } of signatures) {
    const id = Buffer.from(idHash);
    const rows = rowsSchema.parse(await source.database.query(readRows(id.toString('hex'))));
    await source.database.write([await lowered(source, id, rows, made.day)]);
  }
  await note(source.database, { ...made, verb: 'lower', signatures: signatures.length });
}

/** The statement that adds the row. */
async function lowered(
  { campaign, keys }: Pick<Source, 'campaign' | 'keys'>,
  id: Buffer,
  rows: readonly Row[],
  day: string,
): Promise<string> {
  const idHash = id.toString('base64url');
  for (const { digest: beside, sealed, key_id: keyId, text_version: textVersion, lane } of rows) {
    const row = { idHash, lane, keyId, textVersion, sealed: Buffer.from(sealed, 'hex') };
    const entries = entriesSchema.safeParse(await openContent(row, keys, campaign));
    const key = keys.get(keyId);
    if (!entries.success || !key) continue;
    const content = writeContent({ ...entries.data, level: 'count' });
    const publicKey = toBinary(await crypto.subtle.exportKey('raw', key.pair.publicKey));
    const aad = aadOf(idHash, textVersion, 'page');
    const anew = await sealTo(publicKey, infoOf(campaign, keyId), aad, content);
    const digest = fromBase64url(await digestOf({ keyId, textVersion, sealed: anew })) ?? '';
    return addBeside(id.toString('hex'), beside, { digest: hex(digest), sealed: hex(anew), day });
  }
  throw new DeliveryError(
    'row',
    'A signature that was found has changed meanwhile. What came before it is done; the rest is not.',
    'Run this command again.',
  );
}

function hex(binary: string): string {
  return Buffer.from(binary, 'latin1').toString('hex');
}
