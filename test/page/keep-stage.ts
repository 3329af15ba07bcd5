/**
 * A deployed campaign that publishes a mirror, behind TLS, and the means to publish further editions: true
 * ones, old ones and forged ones.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../../src/operation/run.ts';
import { readMirrorKey } from '../../src/mirror/key.ts';
import {
  type Manifest,
  manifestFile,
  readManifest,
  signatureFile,
  writeManifest,
} from '../../src/mirror/manifest.ts';
import { signBytes } from '../../src/signature/ecdsa.ts';
import { good, openMirrorStage, today } from '../mirror/stage.ts';
import { startWorld } from '../mirror/world.ts';
import { localSite, productionSite } from '../sites.ts';
import { secret, startWorker } from '../worker.ts';

const { host } = productionSite;

export type KeepStage = Awaited<ReturnType<typeof openKeepStage>>;

/** Builds mirror and site, and serves them at the host of the production site. */
export async function openKeepStage() {
  const stage = await openMirrorStage();
  const mirror = join(stage.folder, 'mirror');
  // Among the other sites: a build finds its packages from where it is.
  const dist = join(dirname(localSite.dist), 'kept');
  stage.writeSettings(
    stage.settingsText().replace('1x00000000000000000000AA', '0x4AAAAAAAB1cDeFgHiJkLmN'),
  );
  await good(stage.command(['--new-key']));
  await good(stage.command(['--out', mirror, '--date', today]));
  /** Builds the site as a deployment does, with the mirror of a folder. */
  const build = (outDir: string, folder: string) =>
    run('astro', ['build', '--outDir', outDir], {
      UNDERSIGNED_CONTENT: stage.content,
      UNDERSIGNED_LOCAL: '',
      UNDERSIGNED_MIRROR: folder,
    });
  await build(dist, mirror);
  const worker = await startWorker({
    dist,
    // One that a deployed Worker takes.
    secrets: { PEPPER: 'Zm9yLXRlc3RzLW9ubHktbm90LWEtcmVhbC1wZXBwZXI', TURNSTILE_SECRET: secret },
  });
  const world = await startWorld(worker, mirror, []);
  const first = readManifest(readFileSync(join(mirror, manifestFile)));
  if (!first) throw new Error('The mirror has no manifest.');
  const { id, mirrorKey = '' } = stage.settings();
  const key = await readMirrorKey(stage.keys, id, mirrorKey);

  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey: foreignKey } = await crypto.subtle.generateKey(curve, false, ['sign']);

  /** Publishes the Belarusian page with a mark in it, until the next one; without one the built one. */
  async function publish(
    edition: { mark: string; serial: number } & Partial<{
      expires: string;
      campaign: string;
      key: CryptoKey;
      spoil: (page: string) => string;
    }>,
  ): Promise<void> {
    const {
      mark,
      serial,
      expires = today,
      campaign = id,
      spoil = (text: string) => text,
    } = edition;
    const page = `${readFileSync(join(mirror, 'be.html'), 'utf8')}<p id=mark>${mark}`;
    const manifest = writeManifest(
      new Map([['be.html', new TextEncoder().encode(page)]]),
      { serial, made: today, expires },
      { campaign, host, key: 'any' },
    );
    const signature = await signBytes(manifest, edition.key ?? key);
    world.instead.set(`${host}/mirror/${manifestFile}`, manifest);
    world.instead.set(
      `${host}/mirror/${signatureFile}`,
      `${Buffer.from(signature).toString('base64')}\n`,
    );
    world.instead.set(`${host}/mirror/be`, spoil(page));
  }

  /** Changes what the manifest in a folder says, and signs it as the campaign would. */
  async function signAgain(folder: string, change: Partial<Manifest>): Promise<void> {
    const file = join(folder, manifestFile);
    const manifest = { ...readManifest(readFileSync(file)), ...change };
    const bytes = new TextEncoder().encode(JSON.stringify(manifest));
    writeFileSync(file, bytes);
    const signature = await signBytes(bytes, key);
    writeFileSync(join(folder, signatureFile), Buffer.from(signature).toString('base64'));
  }

  return {
    stage,
    mirror,
    dist,
    worker,
    world,
    build,
    signAgain,
    publish,
    /** Of somebody else. */
    foreignKey,
    serial: first.serial,
    close: async () => {
      world.stop();
      await worker.stop();
      stage.close();
    },
  };
}
