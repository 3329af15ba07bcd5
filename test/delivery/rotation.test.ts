import { mkdtempSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getPlatformProxy } from 'wrangler';
import type { Bindings } from '../../functions/environment.ts';
import { signSealed } from '../../functions/sign.ts';
import { type KeyFile, makeKeyPair, writeKeyFile } from '../../src/delivery/key-file.ts';
import { readTerms } from '../../src/delivery/terms.ts';
import { toBase64url, toBinary } from '../../src/signature/bytes.ts';
import { readCarried, writeCarried } from '../../src/signature/carried.ts';
import { chainOf, drawCode, hashCode } from '../../src/signature/code.ts';
import { findStamp } from '../../src/signature/stamp.ts';
import { readCampaign } from '../../src/site/campaign.ts';
import { campaign, changeSettings, now, openStage, seal, type Stage, texts } from './stage.ts';

let stage: Stage;
let old: KeyFile;
let fresh: KeyFile;
let platform: Awaited<ReturnType<typeof getPlatformProxy<Bindings>>>;
beforeAll(async () => {
  stage = await openStage();
  old = stage.key;
  fresh = await makeKeyPair(campaign);
  writeKeyFile(stage.keyFolder, fresh);
  list('accepted');
  platform = await getPlatformProxy<Bindings>({
    configPath: 'wrangler.toml',
    envFiles: [],
    persist: { path: stage.state },
    remoteBindings: false,
  });
});
afterAll(async () => {
  await platform.dispose();
  await stage.close();
});

/** The old key has a status; the new one is current. */
function list(status: string): void {
  const keys = [
    `keys:`,
    `  - publicKey: ${old.publicKey}`,
    `    status: ${status}`,
    `  - publicKey: ${fresh.publicKey}`,
    '    status: current',
  ];
  changeSettings(stage.content, /^keys:[^]*/m, `${keys.join('\n')}\n`);
}

/** A body as a page makes it that seals to a key. */
async function bodyTo(key: KeyFile) {
  const [mark, pass, idHash] = await chainOf(drawCode());
  const text = texts.get('be') ?? '';
  const sealed = await seal(key, { signer: { mark, idHash }, text });
  const stamp = await findStamp(campaign, idHash, now.toISOString().slice(0, 10));
  return { pass, key: key.id, text, consent: 'on', sealed: toBase64url(toBinary(sealed)), stamp };
}

/** Sends it to the Worker's own code, which stores it in the stage's database. */
async function send(body: object): Promise<number> {
  const request = new Request('https://petition.example/api/sign', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: JSON.stringify(body),
  });
  const secrets = { PEPPER: 'x'.repeat(40), TURNSTILE_SECRET: `0x4${'A'.repeat(30)}` };
  const bindings = { ...platform.env, ...secrets };
  const site = { ...readCampaign(stage.content, true), ...keysOf() };
  return (await signSealed(request, bindings, site, now)).status;
}

/** A local build would seal to its development key. */
function keysOf() {
  return { keys: readCampaign(stage.content, false).keys };
}

describe('a key that is replaced without a theft', () => {
  it('new pages, old pages and couriers’ texts are all taken, and the delivery opens them all', async () => {
    const carried = await bodyTo(old);
    const { stamp, key, text, pass, sealed } = carried;
    const line = await writeCarried([stamp, key, text, pass, sealed], hashCode);
    const pasted = await readCarried(`> ${line}`);
    expect(await send(await bodyTo(fresh))).toBe(200);
    expect(await send(await bodyTo(old))).toBe(200);
    expect(await send({ ...pasted, consent: 'on' })).toBe(200);
    const { manifest, setAside } = await stage.deliver({ settings: readTerms(stage.content) });
    expect(manifest.account).toMatchObject({ rows: 3, delivered: 3 });
    expect(setAside.unknownKey).toEqual([]);
  });

  it('without the file of the old key its rows are told, not lost: once it is back they are delivered', async () => {
    const away = join(mkdtempSync(join(stage.folder, 'away-')), 'key');
    const file = join(stage.keyFolder, `${campaign}-${old.id}.private.json`);
    const settings = readTerms(stage.content);
    renameSync(file, away);
    const without = await stage.deliver({ settings });
    renameSync(away, file);
    expect(without.setAside.unknownKey).toHaveLength(2);
    expect(without.manifest.account).toMatchObject({ unknownKey: 2, delivered: 1 });
    const again = await stage.deliver({ settings });
    expect(again.manifest.account).toMatchObject({ unknownKey: 0, delivered: 3 });
  });

  it('set to revoked, the old key is taken no more, and what came before still opens', async () => {
    const [early, late] = [await bodyTo(old), await bodyTo(fresh)];
    list('revoked');
    expect([await send(early), await send(late)]).toEqual([409, 200]);
    const { manifest } = await stage.deliver({ settings: readTerms(stage.content) });
    expect(manifest.account).toMatchObject({ rows: 4, unknownKey: 0, delivered: 4 });
  });
});
