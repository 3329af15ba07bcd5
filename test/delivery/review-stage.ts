/**
 * What the tests of the check by hand stand on: rows that the Worker's own code stores in a real D1, its
 * own cron, and a local file of opened signatures as the delivery keeps it.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { addUpTally, storeRow, withdrawRows } from '../../functions/store.ts';
import type { Database } from '../../src/delivery/database.ts';
import { runReport } from '../../src/delivery/report/command.ts';
import { runReview } from '../../src/delivery/review/command.ts';
import { bringFrom, type Source } from '../../src/delivery/source.ts';
import { readKeyRing } from '../../src/delivery/key-ring.ts';
import type { SealedBy } from '../../src/signature/binding.ts';
import { toBase64url, toBinary } from '../../src/signature/bytes.ts';
import { lanes, type SentLane, states } from '../../src/signature/lane.ts';
import { newSigner, now, openStage, seal, type Signer, texts } from './stage.ts';

export type Signs = {
  /** A number that stands for a code; a new one unless told otherwise. */
  who?: number;
  /** Which of the rows of that code. */
  copy?: number;
  level?: 'count' | 'initials';
  name?: string;
  email?: string;
  country?: string;
  language?: string;
  lane?: SentLane;
  held?: boolean;
  day?: string;
};

const rowsSchema = z.array(
  z.object({
    id: z.string(),
    lane: z.enum(lanes).nullable(),
    state: z.enum(states),
    fresh: z.int(),
    language: z.string().nullable(),
    day: z.string(),
    batch: z.int().nullable(),
    decision: z.int().nullable(),
  }),
);

export type ReviewStage = Awaited<ReturnType<typeof openReviewStage>>;

export async function openReviewStage() {
  const stage = await openStage();
  const { db, database } = stage;
  const where = { ...stage.where, folder: join(stage.folder, 'deliveries') };
  const ring = await readKeyRing(where, stage.settings);
  const signers = new Map<number, Signer>();
  const sealedParts = new Map<string, Uint8Array<ArrayBuffer>>();
  let serial = 0;

  const signerOf = async (who: number) => {
    const signer = signers.get(who) ?? (await newSigner());
    signers.set(who, signer);
    return signer;
  };

  const rows = async () => {
    const sql = `SELECT lower(hex(id_hash)) AS id, lane, state, fresh, language, day, batch, decision
      FROM signature ORDER BY id_hash, digest`;
    return rowsSchema.parse((await db.prepare(sql).all()).results);
  };

  const bringAs = (writes: Database) => (): Promise<Source> => {
    const progress = () => ({ tell: () => undefined, end: () => undefined });
    const lent = { settings: stage.settings, now, progress };
    const stays = { ...writes, close: () => Promise.resolve() };
    return bringFrom(stays, where, ring, lent);
  };

  return {
    ...stage,
    database,
    rows,
    /** Signs as the Worker stores it; returns the id hash in hexadecimal digits. */
    async sign(signs: Signs = {}): Promise<string> {
      const { who = ++serial, copy = 0, name = 'Ann Bee', email = '', country = '' } = signs;
      const { language = 'be', lane = 'turnstile', held = false, day = '2026-11-23' } = signs;
      const signer = await signerOf(who);
      // The same copy again is the same bytes, as a page's second try is.
      const content = { level: signs.level ?? 'count', name, email, country, copy: String(copy) };
      const text = texts.get(language) ?? '';
      const whole = JSON.stringify([signer.idHash, content, text]);
      const sealed =
        sealedParts.get(whole) ??
        (await seal(stage.key, { content, signer, text, sealedBy: sealerOf(lane) }));
      sealedParts.set(whole, sealed);
      const tag = email === '' ? null : createHash('sha256').update(email).digest('base64url');
      await storeRow(
        db,
        {
          idHash: signer.idHash,
          withPass: true,
          digest: createHash('sha256').update(sealed).digest('base64url'),
          ...{ day, language, lane, held, tag },
          sealed: toBase64url(toBinary(sealed)),
          keyId: stage.key.id,
          textVersion: text,
        },
        100_000,
      );
      return Buffer.from(signer.idHash, 'base64url').toString('hex');
    },
    withdraw: (id: string) =>
      withdrawRows(db, Buffer.from(id, 'hex').toString('base64url'), '2026-11-23'),
    /** Runs the Worker's cron; on a new day it first takes off what is to be taken off. */
    cron: (day = '2026-11-23') => addUpTally(db, new Date(`${day}T12:00:00Z`)),
    /** `npm run review -- words`. */
    review: (words = '', writes: Database = database): Promise<string> =>
      runReview(split(words), {
        open: bringAs(writes),
        openDatabase: () => Promise.resolve({ ...writes, close: () => Promise.resolve() }),
        now: new Date('2026-11-23T12:00:00Z'),
        tell: () => undefined,
      }),
    /** `npm run report`; returns the file. */
    async report(): Promise<string> {
      const file = join(stage.folder, 'reports', 'report.html');
      expect(await runReport(['--out', file], bringAs(database))).toContain(file);
      expect([statSync(file).mode & 0o777, readdirSync(dirname(file))]).toEqual([
        0o600,
        ['report.html'],
      ]);
      return readFileSync(file, 'utf8');
    },
  };
}

/** Who seals: the Worker, where a form came without a check. */
function sealerOf(lane: SentLane): SealedBy {
  return lane === 'unchecked' ? 'worker' : 'page';
}

/** As a shell does, for words and 'several words'. */
function split(words: string): string[] {
  return (words.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
}
