/**
 * What the tests of the delivery stand on: real D1 in a folder of its own, real keys, and signers who
 * seal with the page's own modules. Nothing of ours is replaced.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { D1Database } from '@cloudflare/workers-types';
import { getPlatformProxy } from 'wrangler';
import type { Account } from '../../src/delivery/account.ts';
import type { Manifest } from '../../src/delivery/batch/manifest.ts';
import { type Database, openLocal } from '../../src/delivery/database.ts';
import {
  type KeyFile,
  makeKeyPair,
  readKeyFiles,
  writeKeyFile,
} from '../../src/delivery/key-file.ts';
import { fetchAll, type Lent, openAll } from '../../src/delivery/source.ts';
import type { Where } from '../../src/delivery/where.ts';
import { readKeyRing } from '../../src/delivery/key-ring.ts';
import { writeNext } from '../../src/delivery/steps.ts';
import { readTerms, type Terms } from '../../src/delivery/terms.ts';
import { aadOf, format, infoOf, type SealedBy } from '../../src/signature/binding.ts';
import { fromBase64url, toBinary, toBytes } from '../../src/signature/bytes.ts';
import { chainOf, drawCode } from '../../src/signature/code.ts';
import { type Content, writeContent } from '../../src/signature/content.ts';
import { sealTo } from '../../src/signature/hpke.ts';
import type { Lane, State } from '../../src/signature/lane.ts';
import { digestOf } from '../../src/signature/row.ts';
import type { Settings } from '../../src/site/settings.ts';
import { readPublished } from '../../src/site/texts.ts';

export const campaign = 'belarus-2020';
export const now = new Date('2026-11-23T12:34:56Z');

/** All that is emptied between tests. */
const tables = [
  ...['signature', 'decision', 'batch', 'arrivals', 'request', 'destruction'],
  ...['revoked', 'closing', 'sheet', 'tallied'],
];

/** A campaign that offers every level. */
export const terms: Terms = {
  id: campaign,
  levels: ['count', 'initials', 'name'],
  dangerousCountries: ['BY', 'RU'],
};

/** Versions of texts that were published, by language. */
export const texts = new Map(
  readPublished('src/content').map((text) => [text.language, text.version]),
);
const belarusian = texts.get('be') ?? '';

/** How one row comes to be: what was sealed to what, and where it then stands. */
export type Signing = {
  content?: Content;
  /** Sealed instead of a content. */
  plaintext?: string;
  /** Draws a new code unless told otherwise. */
  signer?: Signer;
  sealedFor?: { format?: string; campaign?: string; idHash?: string; text?: string; key?: KeyFile };
  sealedBy?: SealedBy;
  keyId?: string;
  text?: string;
  day?: string;
  lane?: Lane;
  state?: State;
  /** Withdrawn after it was signed, not before. */
  wasSigned?: boolean;
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
  cpSync('src/content', content, { recursive: true });
  const key = await makeKeyPair(campaign);
  writeKeyFile(keyFolder, key);
  const keys = new Map((await readKeyFiles(keyFolder)).map((one) => [one.id, one]));
  const { db, database, close } = await openNewDatabase(state);
  const where: Where = {
    remote: false,
    ...{ keyFolder, passphraseFile: undefined, database: state, folder: '' },
  };
  const settings: Settings = { ...readTerms(content), ...terms };

  /** Seals as the page does and stores as the Worker does; returns the id hash. */
  async function sign(signing: Signing = {}): Promise<string> {
    const signer = signing.signer ?? (await newSigner());
    const { idHash } = signer;
    const { lane = 'turnstile', state: stands = 'counted', text = belarusian } = signing;
    const sealed =
      stands === 'withdrawn' ? undefined : await seal(key, { ...signing, signer, text });
    const keyId = signing.keyId ?? (signing.sealedFor?.key ?? key).id;
    const digest =
      sealed || signing.wasSigned
        ? await digestOf({ keyId, textVersion: text, sealed: sealed ? toBinary(sealed) : idHash })
        : '';
    await db
      .prepare(
        'INSERT INTO signature VALUES (?, ?, ?, ?, ?, ?, 1, NULL, ?, ?, ?, NULL, NULL, NULL)',
      )
      .bind(
        toBytes(fromBase64url(idHash) ?? ''),
        toBytes(fromBase64url(digest) ?? ''),
        signing.day ?? '2026-11-23',
        sealed ? text.slice(0, 2) : null,
        sealed ? lane : null,
        stands,
        sealed ?? null,
        keyId,
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
    key,
    keys,
    db,
    query: database.query,
    sign,
    where,
    settings,
    database,
    /** Delivers into a folder of its own; reads the files back. */
    deliver: ({ at = mkdtempSync(join(folder, 'out-')), ...changed }: Delivering = {}) =>
      deliver({ ...where, folder: at }, database, { ...settings, ...changed.settings }, changed),
    clear: async () => {
      for (const table of tables) await db.prepare(`DELETE FROM ${table}`).run();
      await db.prepare("UPDATE tally SET total = 0, settled = ''").run();
    },
    close: async () => {
      await close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A new D1 in a folder, with its tables; as the Worker has it, and as the delivery opens it. */
export async function openNewDatabase(state: string) {
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
  const close = async () => {
    await database.close();
    await platform.dispose();
  };
  return { state, db, database, close };
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
  const info = infoOf(sealedFor.campaign ?? campaign, key.id);
  const sealed = toBytes(
    await sealTo(
      fromBase64url(key.publicKey) ?? '',
      info.replace(format, sealedFor.format ?? format),
      aadOf(sealedFor.idHash ?? signing.signer.idHash, sealedFor.text ?? signing.text, sealedBy),
      signing.plaintext ?? writeContent({ mark, ...content }),
    ),
  );
  if (signing.spoiled) sealed[100] = (sealed[100] ?? 0) ^ 1;
  return sealed;
}

/** How a delivery of a test differs. */
export type Delivering = {
  at?: string;
  settings?: Partial<Settings>;
  now?: Date;
  /** What happens between the first step and the second. */
  afterFetch?: () => Promise<void>;
};

/** Reads, opens and writes the next batch, without PDFs; reads the files back. */
export async function deliver(
  where: Where,
  database: Pick<Database, 'query'>,
  settings: Settings,
  changed: Pick<Delivering, 'now' | 'afterFetch'> = {},
) {
  const progress = () => ({ tell: () => undefined, end: () => undefined });
  const lent: Lent = { settings, now: changed.now ?? now, progress };
  const ring = await readKeyRing(where, settings);
  const rows = await fetchAll(where, database, lent);
  rows.file.close();
  await changed.afterFetch?.();
  (await openAll(where, ring, lent)).close();
  const written = await writeNext(where, ring, { content: 'src/content', pdfs: false }, lent);
  const idsOf = (fate: string) => written.aside.find((one) => one.fate === fate)?.some ?? [];
  const setAside = {
    unopened: idsOf('unopened'),
    unknownKey: idsOf('unknownKey'),
    forged: idsOf('forged'),
  };
  const { batches } = written;
  const done = written.folder === undefined ? { ...nobody(written.account), batches } : written;
  const files = written.folder === undefined ? nothing : readDelivery(written.folder);
  return { ...done, ...files, setAside, where, lent, ring };
}

/** What a delivery of nobody leaves: an account, and no folder. */
function nobody(account: Account) {
  const delivered = { byLevel: {}, byLanguage: {}, byTextVersion: {}, byCountry: {} };
  const manifest: Pick<Manifest, 'account' | 'delivered' | 'files'> = {
    ...{ account, delivered, files: [] },
  };
  return { folder: '', hash: '', manifest };
}
const nothing: ReturnType<typeof readDelivery> = {
  ...{ names: [], bytes: Buffer.alloc(0), csv: '', html: '', lines: [] },
};

/** The files of a delivery as they stand on disk. */
export function readDelivery(folder: string) {
  const dossier = join(folder, 'dossier');
  const read = (name: string) => readFileSync(join(dossier, name));
  const jsonLines: string[] = read('signatures.jsonl').toString().split('\n').filter(Boolean);
  return {
    names: readdirSync(dossier).sort(),
    bytes: Buffer.concat(readdirSync(dossier).map(read)),
    csv: read('signatures.csv').toString(),
    html: read('dossier.html').toString(),
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
