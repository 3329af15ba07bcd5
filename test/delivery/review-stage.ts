/**
 * What the tests of the check by hand stand on: rows that the Worker's own code stores in a real D1, its
 * own cron, and a local file of opened signatures as the delivery keeps it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { z } from 'zod';
import { addUpTally, storeRow, withdrawRows } from '../../functions/store.ts';
import { matchCountry } from '../../src/delivery/country.ts';
import { type Database, openLocal } from '../../src/delivery/database.ts';
import { lock } from '../../src/delivery/lock.ts';
import { createOpenedFile } from '../../src/delivery/opened-file.ts';
import { type Entered, showAll } from '../../src/delivery/obey.ts';
import { runReport } from '../../src/delivery/report/command.ts';
import { runReview } from '../../src/delivery/review/command.ts';
import type { Source } from '../../src/delivery/source.ts';
import { type Lane, lanes, states } from '../../src/signature/lane.ts';
import { openStage } from './stage.ts';

export type Signs = {
  /** A number that stands for a code; a new one unless told otherwise. */
  who?: number;
  /** Which of the rows of that code. */
  copy?: number;
  name?: string;
  email?: string;
  country?: string;
  language?: string;
  lane?: Lane;
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
  const { db } = stage;
  const database = await openLocal(stage.state);
  const secrets = {
    person: drawSecret(),
    shown: drawSecret(),
    entered: drawSecret(),
    salt: drawSecret(),
  };
  const entries = new Map<string, Entered>();
  let serial = 0;

  const rows = async () => {
    const sql = `SELECT lower(hex(id_hash)) AS id, lane, state, fresh, language, day, batch, decision
      FROM signature ORDER BY id_hash, digest`;
    return rowsSchema.parse((await db.prepare(sql).all()).results);
  };

  /** Fetches and opens: one line an id hash, none where it has ended. */
  async function open(): Promise<DatabaseSync> {
    const file = createOpenedFile(':memory:');
    const insert = file.prepare('INSERT INTO signature VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    for (const [id, copies] of Map.groupBy(await rows(), (row) => row.id)) {
      const [row = copies[0]] = copies.filter(({ state }) => state !== 'held');
      const entered = entries.get(id);
      if (!row || !entered || ['withdrawn', 'invalidated'].includes(row.state)) continue;
      const { lane, state, language, day, batch, decision } = row;
      const idHash = Buffer.from(id, 'hex');
      const sealed = lock(secrets.entered, entered);
      const text = `${language ?? ''}-0123456789ab`;
      const shown = lock(secrets.shown, showAll(entered));
      insert.run(idHash, idHash, lane, state, language, text, day, batch, decision, shown, sealed);
    }
    return file;
  }

  const bring = async (): Promise<Source> => {
    const opened = await open();
    const close = () => {
      opened.close();
      return Promise.resolve();
    };
    const fetched = new Date('2026-11-23T12:34:56Z');
    return { campaign: 'belarus-2020', database, opened, secrets, fetched, close };
  };

  return {
    ...stage,
    database,
    rows,
    /** Signs as the Worker stores it; returns the id hash in hexadecimal digits. */
    async sign(signs: Signs = {}): Promise<string> {
      const { who = ++serial, copy = 0, name = 'Ann Bee', email = '', country = '' } = signs;
      const { language = 'be', lane = 'turnstile', held = false, day = '2026-11-23' } = signs;
      const idHash = createHash('sha256').update(`${who}`).digest();
      const code = matchCountry(country);
      entries.set(idHash.toString('hex'), {
        ...{ level: 'count', name, email, news: false },
        country: { typed: country, ...(code !== undefined && { code }) },
      });
      const sealed = Buffer.from(`sealed ${who} ${copy}`);
      const tag = email === '' ? null : createHash('sha256').update(email).digest('base64url');
      await storeRow(
        db,
        {
          idHash: idHash.toString('base64url'),
          withPass: true,
          digest: createHash('sha256').update(sealed).digest('base64url'),
          ...{ day, language, lane, held, tag },
          sealed: sealed.toString('base64url'),
          keyId: 'key',
          textVersion: `${language}-0123456789ab`,
        },
        100_000,
      );
      return idHash.toString('hex');
    },
    withdraw: (id: string) =>
      withdrawRows(db, Buffer.from(id, 'hex').toString('base64url'), '2026-11-23'),
    /** Runs the Worker's cron; on a new day it first takes off what is to be taken off. */
    cron: (day = '2026-11-23') => addUpTally(db, new Date(`${day}T12:00:00Z`)),
    /** `npm run review -- words`. */
    review: (words = '', writes: Database = database): Promise<string> =>
      runReview(split(words), {
        open: async () => ({ ...(await bring()), database: writes }),
        now: new Date('2026-11-23T12:00:00Z'),
        tell: () => undefined,
      }),
    /** `npm run report`; returns the file. */
    async report(): Promise<string> {
      const file = join(stage.folder, 'reports', 'report.html');
      expect(await runReport(['--out', file], bring)).toContain(file);
      expect([statSync(file).mode & 0o777, readdirSync(dirname(file))]).toEqual([
        0o600,
        ['report.html'],
      ]);
      return readFileSync(file, 'utf8');
    },
    clear: async () => {
      for (const table of ['signature', 'decision', 'batch', 'arrivals'])
        await db.prepare(`DELETE FROM ${table}`).run();
      await db.prepare("UPDATE tally SET total = 0, settled = ''").run();
      entries.clear();
    },
    close: async () => {
      await database.close();
      await stage.close();
    },
  };
}

function drawSecret(): Uint8Array {
  return new Uint8Array(randomBytes(32));
}

/** As a shell does, for words and 'several words'. */
function split(words: string): string[] {
  return (words.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
}
