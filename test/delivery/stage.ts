/**
 * What the tests of the delivery stand on: real D1 in a folder of its own, real keys, and signers who
 * seal with the page's own modules. Nothing of ours is replaced.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomInt } from 'node:crypto';
import type { D1Database } from '@cloudflare/workers-types';
import { getPlatformProxy } from 'wrangler';
import { type Database, openLocal } from '../../src/delivery/database.ts';
import { deliver, type Order } from '../../src/delivery/deliver.ts';
import {
  type KeyFile,
  makeKeyPair,
  readKeyFiles,
  writeKeyFile,
} from '../../src/delivery/key-file.ts';
import type { Terms } from '../../src/delivery/terms.ts';
import { aadOf, infoOf, type SealedBy } from '../../src/signature/binding.ts';
import { fromBase64url, toBytes } from '../../src/signature/bytes.ts';
import { chainOf, drawCode } from '../../src/signature/code.ts';
import { type Content, writeContent } from '../../src/signature/content.ts';
import { sealTo } from '../../src/signature/hpke.ts';
import type { Lane, State } from '../../src/signature/lane.ts';

export const campaign = 'belarus-2020';
export const now = new Date('2026-11-23T12:34:56Z');

/** A campaign that offers every level. */
export const terms: Terms = {
  id: campaign,
  levels: ['count', 'initials', 'name'],
  dangerousCountries: ['BY', 'RU'],
};

/** How one row comes to be: what was sealed to what, and where it then stands. */
export type Signing = {
  content?: Content;
  /** Sealed instead of a content. */
  plaintext?: string;
  /** Draws a new code unless told otherwise. */
  signer?: Signer;
  sealedFor?: { campaign?: string; idHash?: string; text?: string; key?: KeyFile };
  sealedBy?: SealedBy;
  keyId?: string;
  text?: string;
  lane?: Lane;
  state?: State;
  /** Sealed by somebody who knows the id hash and not its code. */
  forged?: boolean;
  /** Turns a bit of the sealed part. */
  spoiled?: boolean;
};

/** What follows from a signer's code. */
export type Signer = { mark: string; idHash: string };

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** A database, a key folder and a content folder, all empty but for the campaign's key. */
export async function openStage() {
  const folder = mkdtempSync(join(tmpdir(), 'undersigned-'));
  const state = join(folder, 'state', 'v3');
  const keyFolder = join(folder, 'keys');
  const content = join(folder, 'content');
  const out = join(folder, 'deliveries');
  cpSync('src/content/campaign.yaml', join(content, 'campaign.yaml'));
  const key = await makeKeyPair(campaign);
  writeKeyFile(keyFolder, key);
  const keys = new Map((await readKeyFiles(keyFolder)).map((one) => [one.id, one]));
  const platform = await getPlatformProxy<{ DB: D1Database }>({
    configPath: 'wrangler.toml',
    envFiles: [],
    persist: { path: state },
    remoteBindings: false,
  });
  const db = platform.env.DB;
  for (const file of readdirSync('functions/migrations').sort())
    await db.batch(statements(file).map((sql) => db.prepare(sql)));
  const database: Database = await openLocal(state);

  /** Seals as the page does and stores as the Worker does; returns the id hash. */
  async function sign(signing: Signing = {}): Promise<string> {
    const signer = signing.signer ?? (await newSigner());
    const { idHash } = signer;
    const { lane = 'turnstile', state: stands = 'counted', text = 'be-0123456789ab' } = signing;
    const sealed =
      stands === 'withdrawn' ? undefined : await seal(key, { ...signing, signer, text });
    const digest = sealed ? createHash('sha256').update(sealed).digest() : new Uint8Array();
    await db
      .prepare(
        'INSERT INTO signature VALUES (?, ?, ?, ?, ?, ?, 1, NULL, ?, ?, ?, NULL, NULL, NULL)',
      )
      .bind(
        toBytes(fromBase64url(idHash) ?? ''),
        new Uint8Array(digest),
        '2026-11-23',
        sealed ? text.slice(0, 2) : null,
        sealed ? lane : null,
        stands,
        sealed ?? null,
        signing.keyId ?? (signing.sealedFor?.key ?? key).id,
        sealed ? text : null,
      )
      .run();
    return idHash;
  }

  return {
    folder,
    state,
    keyFolder,
    content,
    out,
    key,
    keys,
    db,
    query: database.query,
    sign,
    /** Delivers everything and reads the files back. */
    deliver: async (order: Partial<Order> = {}, settings: Terms = terms) => {
      const done = await deliver(database.query, keys, settings, {
        held: false,
        out: mkdtempSync(join(folder, 'out-')),
        now,
        draw: (limit) => randomInt(limit),
        tell: () => undefined,
        ...order,
      });
      return { ...done, ...readDelivery(done.folder) };
    },
    clear: async () => {
      await db.prepare('DELETE FROM signature').run();
    },
    close: async () => {
      await database.close();
      await platform.dispose();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Draws a code. */
export async function newSigner(): Promise<Signer> {
  const [mark, , idHash] = await chainOf(drawCode());
  return { mark, idHash };
}

/** Seals a content to a key, bound as the signing says. */
export async function seal(
  campaignKey: KeyFile,
  signing: Signing & { signer: Signer; text: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const { sealedFor = {}, sealedBy = 'page', content = { level: 'count' } } = signing;
  const key = sealedFor.key ?? campaignKey;
  const { mark } = signing.forged ? await newSigner() : signing.signer;
  const sealed = toBytes(
    await sealTo(
      fromBase64url(key.publicKey) ?? '',
      infoOf(sealedFor.campaign ?? campaign, key.id),
      aadOf(sealedFor.idHash ?? signing.signer.idHash, sealedFor.text ?? signing.text, sealedBy),
      signing.plaintext ?? writeContent({ mark, ...content }),
    ),
  );
  if (signing.spoiled) sealed[100] = (sealed[100] ?? 0) ^ 1;
  return sealed;
}

/** The files of a delivery as they stand on disk. */
export function readDelivery(folder: string) {
  const read = (name: string) => readFileSync(join(folder, name));
  const jsonLines: string[] = read('signatures.jsonl').toString().split('\n').filter(Boolean);
  return {
    names: readdirSync(folder).sort(),
    bytes: Buffer.concat(readdirSync(folder).map(read)),
    csv: read('signatures.csv').toString(),
    lines: jsonLines.map((line): unknown => JSON.parse(line)),
  };
}

/** Changes settings of the stage's campaign.yaml. */
export function changeSettings(content: string, from: string | RegExp, to: string): void {
  const file = join(content, 'campaign.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}

function statements(file: string): string[] {
  const sql = readFileSync(join('functions/migrations', file), 'utf8').replace(/--.*$/gm, '');
  return sql
    .split(';')
    .map((one) => one.trim())
    .filter(Boolean);
}
