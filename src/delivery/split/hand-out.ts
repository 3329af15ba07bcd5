/**
 * `npm run keys -- --split 3/5`: splits a private key among holders, a page to print for each. Before
 * the pages stand in their folder they are read back: every choice of enough shares gives the key, no
 * choice of one fewer does, and the key opens a canary. The key file itself stays as it is.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeliveryError, reasonOf } from '../errors.ts';
import { importPair } from '../key-file.ts';
import { sharePagesName } from '../key-name.ts';
import type { KeyFile } from '../key-schema.ts';
import { inRehearsal, notProven, opensCanary } from '../rehearsal.ts';
import { readShareFile } from './gather.ts';
import type { Among, Share } from './share.ts';
import { sharePage } from './share-page.ts';
import { combineShares, splitKey } from './split-key.ts';

export type HandedOut = { pages: string; tried: number };

/**
 * Writes the pages of a key's shares into a new folder beside it; tells the folder, and how many choices
 * of shares gave the key. Throws a DeliveryError, and leaves nothing, when they cannot be proven.
 */
export async function handOut(
  folder: string,
  key: KeyFile,
  among: Among,
  day: string,
): Promise<HandedOut> {
  const shares = await splitKey(key, among);
  const pages = join(folder, sharePagesName(key, shares[0]?.set ?? ''));
  return inRehearsal(folder, async (rehearsal) => {
    const draft = join(rehearsal, 'shares');
    const written = writePages(draft, key, shares, day);
    const tried = await proveShares(key, written.map(readShareFile), among.needed);
    renameSync(draft, pages);
    return { pages, tried };
  });
}

/**
 * Tries every choice of shares; tells how many gave the key. Throws a DeliveryError where one does not,
 * or where one fewer than needed does.
 */
export async function proveShares(
  key: KeyFile,
  shares: readonly Share[],
  needed: number,
): Promise<number> {
  const enough = choices(shares, needed);
  for (const chosen of enough) {
    const whole = await combineShares(key.campaign, chosen);
    if (whole?.privateKey.d !== key.privateKey.d)
      throw notProven('some shares did not give the key');
  }
  for (const chosen of choices(shares, needed - 1))
    if (await combineShares(key.campaign, chosen)) throw notProven('too few shares gave the key');
  const whole = await combineShares(key.campaign, enough.at(-1) ?? []);
  const opens = whole && (await opensCanary(await importPair('the shares', whole)));
  if (opens !== true) throw notProven('the shares did not open what the page seals');
  return enough.length;
}

function writePages(draft: string, key: KeyFile, shares: readonly Share[], day: string): string[] {
  try {
    mkdirSync(draft, { mode: 0o700 });
    return shares.map((share) => {
      const file = join(draft, `share-${share.number}-of-${share.holders}.html`);
      writeFileSync(file, sharePage(share, key, day), { flag: 'wx', mode: 0o600 });
      return file;
    });
  } catch (error) {
    throw new DeliveryError(
      'keys',
      `Could not write the shares: ${reasonOf(error)}. Nothing was changed.`,
      'Make room or name another folder: --key-folder FOLDER',
      error,
    );
  }
}

/** Every choice of so many out of some. */
function choices<T>(from: readonly T[], count: number): T[][] {
  if (count === 0) return [[]];
  return from.flatMap((first, at) =>
    choices(from.slice(at + 1), count - 1).map((rest) => [first, ...rest]),
  );
}
