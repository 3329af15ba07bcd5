/**
 * Opens all rows of one id hash and joins them. What was opened leaves here locked again, or not at all.
 */
import { personOf } from './canonical.ts';
import { joinRows, type SetAside } from './join.ts';
import { lock, type Secrets } from './lock.ts';
import { type Entered, showAll } from './obey.ts';
import { type Keys, openRow, type StoredRow } from './open.ts';
import type { EndedRow, OpenedRow } from './opened-file.ts';
import type { LocalRow } from './rows-file.ts';
import type { Terms } from './terms.ts';

/** What opening needs, the same for all rows. */
export type Opener = {
  keys: Keys;
  terms: Terms;
  secrets: Secrets;
  /** Numbers of the batches that were confirmed. */
  confirmed: ReadonlySet<number>;
};

/** What became of an id hash. */
export type OpenedGroup = {
  idHash: Uint8Array;
  signature: OpenedRow | undefined;
  ended: EndedRow | undefined;
  setAside: SetAside[];
};

/** Opens a group; undefined for the trace of a code that was withdrawn and never signed. */
export async function openGroup(
  rows: readonly LocalRow[],
  { keys, terms, secrets, confirmed }: Opener,
): Promise<OpenedGroup | undefined> {
  const [first] = rows;
  if (!first || rows.every(({ digest }) => digest.length === 0)) return undefined;
  const idHash = first.id_hash;
  const openings = [];
  for (const row of rows) openings.push(await openRow(storedRow(row), keys, terms));
  const { outcome, setAside } = joinRows(openings);
  const isHandedOver = ({ batch }: LocalRow) => batch !== null && confirmed.has(batch);
  const numbers = rows.filter(isHandedOver).map(({ batch }) => Number(batch));
  const batch = numbers.length > 0 ? Math.min(...numbers) : undefined;
  if (outcome.fate !== 'opened')
    return { idHash, signature: undefined, ended: { idHash, fate: outcome.fate, batch }, setAside };
  const { entered: own, ...open } = outcome.signature;
  const sameTag = rows.some(({ same_tag }) => same_tag === 1);
  // Whoever may be somebody whose content is destroyed may have asked there to be shown less.
  const entered: Entered = sameTag && batch === undefined ? { ...own, level: 'count' } : own;
  const news = rows.filter((row) => !isHandedOver(row)).map(({ digest }) => digest.subarray(0, 4));
  const signature = {
    ...open,
    idHash,
    batch,
    sameTag,
    person: personOf(entered, open.idHash, secrets),
    shown: lock(secrets.shown, showAll(entered)),
    entered: lock(secrets.entered, entered),
    marks: Buffer.concat(news),
  };
  return { idHash, signature, ended: undefined, setAside };
}

function storedRow(row: LocalRow): StoredRow {
  const { id_hash, language, lane, sealed, key_id, text_version, decision, day, state } = row;
  return {
    ...{ day, state },
    idHash: Buffer.from(id_hash).toString('base64url'),
    language: language ?? undefined,
    lane: lane ?? undefined,
    sealed: sealed ?? undefined,
    keyId: key_id ?? undefined,
    textVersion: text_version ?? undefined,
    decision: decision ?? undefined,
  };
}
