/**
 * Seals the lines of a sheet on this machine and stores them, piece by piece. Whoever stops it half way runs
 * the same command again, and nobody is stored twice. Keeps nothing of the lines.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { aadOf, infoOf } from '../../signature/binding.ts';
import { type Binary, fromBase64url } from '../../signature/bytes.ts';
import { writeContent } from '../../signature/content.ts';
import { sealTo } from '../../signature/hpke.ts';
import { digestOf } from '../../signature/row.ts';
import type { Database } from '../database.ts';
import { DeliveryError } from '../errors.ts';
import type { Tell } from '../progress.ts';
import { chainOfLine, fingerprintOf, secretOf } from './fingerprint.ts';
import type { PublicKey } from './key.ts';
import { contentOf, type PaperLine } from './lines.ts';
import {
  beginSheet,
  countStored,
  endSheet,
  linesPerCall,
  readRevoked,
  readSheets,
  type SealedLine,
  type SheetRow,
  sheetSchema,
  storeLines,
} from './sql.ts';

export type Writable = Pick<Database, 'query' | 'write'>;

/** Lines that were checked, and what they are sealed to. */
export type Sheet = {
  campaign: string;
  lines: readonly PaperLine[];
  key: PublicKey;
  /** UTC day on which they were signed. */
  day: string;
  /** UTC day. */
  today: string;
};

/** A sheet that may come in, and how it began where it did before. */
export type New = { fingerprint: string; begun: SheetRow | undefined };

const revokedSchema = z.array(z.object({ key_id: z.string() }));
const storedSchema = z.array(z.object({ stored: z.int() }));

/** The journal of sheets, the newest last. */
export async function listSheets(database: Writable): Promise<SheetRow[]> {
  return z.array(sheetSchema).parse(await database.query(readSheets));
}

/**
 * Looks whether lines may come in. Throws a DeliveryError where they, or those at the head of the file, came
 * in before, where another sheet was stopped half way, or the key was revoked.
 */
export async function checkNew(database: Writable, sheet: Sheet): Promise<New> {
  const { campaign, lines, key } = sheet;
  const revoked = revokedSchema.parse(await database.query(readRevoked));
  if (revoked.some(({ key_id }) => key_id === key.id)) throw wasRevoked();
  const fingerprint = await fingerprintOf(campaign, lines);
  const before = await listSheets(database);
  const begun = before.find(({ done }) => done === null);
  if (begun && begun.fingerprint !== fingerprint) throw notFinished(begun);
  const heads = new Map([[lines.length, fingerprint]]);
  for (const { lines: length } of before)
    if (length < lines.length && !heads.has(length))
      heads.set(length, await fingerprintOf(campaign, lines.slice(0, length)));
  const known = before.find((one) => one !== begun && heads.get(one.lines) === one.fingerprint);
  if (known) throw cameIn(known, lines.length);
  return { fingerprint, begun };
}

/** Stores the lines of a sheet that may come in; returns its number. */
export async function storeSheet(
  database: Writable,
  sheet: Sheet,
  known: New,
  tell: Tell,
): Promise<number> {
  const { campaign, lines, key, today } = sheet;
  const begun = await begin(database, sheet, known);
  const secret = await secretOf(campaign, lines, begun.salt);
  const common = { sheet: begun, keyId: key.id };
  for (let from = 0; from < lines.length; from += linesPerCall) {
    const piece = lines.slice(from, from + linesPerCall);
    const sealed = await Promise.all(
      piece.map((line, at) => seal(campaign, key, line, secret, from + at)),
    );
    const answers = await database.write([storeLines(sealed, common), countStored(sealed)]);
    const [count] = storedSchema.parse(answers[1]);
    if (count?.stored !== piece.length) throw notStored();
    tell(from + piece.length, lines.length);
  }
  await database.write([endSheet(begun, today)]);
  return begun.number;
}

/** Finds a sheet that was stopped half way, and gives it up where that is meant; what is stored of it stays. */
export async function giveUp(
  database: Writable,
  number: number,
  today: string,
  yes: boolean,
): Promise<SheetRow> {
  const found = (await listSheets(database)).find((one) => one.number === number);
  if (found?.done === null) {
    if (yes) await database.write([endSheet(found, today)]);
    return found;
  }
  throw new DeliveryError(
    'arguments',
    found ? `Sheet ${number} is whole. Nothing was changed.` : `There is no sheet ${number}.`,
    'To see all sheets: npm run paper -- --list',
  );
}

/** Writes the sheet down before its first line, or finds how it began. */
async function begin(
  database: Writable,
  { lines, day }: Sheet,
  { fingerprint, begun }: New,
): Promise<SheetRow & { salt: string }> {
  if (!begun) {
    const number = Math.max(0, ...(await listSheets(database)).map((one) => one.number)) + 1;
    const salt = randomBytes(32).toString('hex');
    await database.write([beginSheet({ number, day, fingerprint, salt, lines: lines.length })]);
  }
  const written = (await listSheets(database)).find((one) => one.fingerprint === fingerprint);
  if (written?.salt) return { ...written, salt: written.salt };
  throw new DeliveryError(
    'database',
    'Somebody else wrote a sheet down at the same moment. Nothing was stored.',
    'Run this command again.',
  );
}

async function seal(
  campaign: string,
  { id: keyId, publicKey }: PublicKey,
  line: PaperLine,
  secret: string,
  at: number,
): Promise<SealedLine> {
  const { textVersion } = line;
  const { mark, idHash } = await chainOfLine(secret, at);
  const sealed = await sealTo(
    decode(publicKey),
    infoOf(campaign, keyId),
    aadOf(idHash, textVersion, 'page'),
    writeContent({ mark, ...contentOf(line) }),
  );
  const digest = decode(await digestOf({ keyId, textVersion, sealed }));
  return { id: hex(decode(idHash)), digest: hex(digest), sealed: hex(sealed), text: textVersion };
}

function decode(text: string): Binary {
  const binary = fromBase64url(text);
  if (binary === undefined) throw new Error('A value of ours is not base64url.');
  return binary;
}

function hex(binary: Binary): string {
  return Buffer.from(binary, 'latin1').toString('hex');
}

function cameIn({ number, day, lines }: SheetRow, all: number): DeliveryError {
  return lines < all
    ? new DeliveryError(
        'arguments',
        `The first lines of this file (${lines}) came in before, as sheet ${number}, signed on ${day}. Nothing was stored.`,
        'Put the new lines into a file of their own, and bring that in.',
      )
    : new DeliveryError(
        'arguments',
        `These lines came in before, as sheet ${number}, signed on ${day}. Nothing was stored.`,
        'To see all sheets: npm run paper -- --list',
      );
}

function notFinished({ number, day, lines }: SheetRow): DeliveryError {
  return new DeliveryError(
    'arguments',
    `Sheet ${number} (${lines} lines, signed on ${day}) is coming in at this moment, or was stopped half way. Nothing was stored.`,
    `Finish it first: bring in its file again, as it was. If that file is gone, docs/paper.md says what to do.`,
  );
}

function wasRevoked(): DeliveryError {
  return new DeliveryError(
    'keys',
    'The campaign’s key was revoked: nothing may be sealed to it any more. Nothing was stored.',
    'Name the new key in campaign.yaml, then run this command again. docs/keys.md says how.',
  );
}

function notStored(): DeliveryError {
  return new DeliveryError(
    'database',
    'The database did not take the last lines. What came before them is stored.',
    'Was the key revoked, or the sheet given up, a moment ago? Run this command again: it says so, or goes on where it stopped.',
  );
}
