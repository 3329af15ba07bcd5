/**
 * `npm run keys -- --check`: which private keys are here, which of them open, and what campaign.yaml
 * says of each. It changes nothing, and tells ids and public keys alone.
 */
import { basename } from 'node:path';
import { keyIdOf } from '../site/campaign.ts';
import type { Settings } from '../site/settings.ts';
import { explain } from './errors.ts';
import { type OpenedKeyFile, readPlainKey, readProtectedKey } from './key-file.ts';
import { isProtected, keyNameOf, listKeyFiles, listSharePages } from './key-name.ts';
import type { Ask } from './passphrase.ts';
import { opensCanary } from './rehearsal.ts';

export type Checked = { lines: string[]; currentOpens: boolean };

/** Opens every key file of a folder and compares it with the settings. */
export async function checkKeys(settings: Settings, folder: string, ask: Ask): Promise<Checked> {
  const known: string[] = [];
  const lines: string[] = [];
  const opened: OpenedKeyFile[] = [];
  for (const file of listKeyFiles(folder)) {
    const name = keyNameOf(file);
    if (name && name.campaign !== settings.id) {
      lines.push(`${basename(file)}\n  a key of another campaign (${name.campaign}); not opened`);
      continue;
    }
    try {
      const key = isProtected(file)
        ? await readProtectedKey(file, ask, known)
        : await readPlainKey(file);
      if (await opensCanary(key)) opened.push(key);
      lines.push(`${basename(file)}\n${describe(key, settings)}`);
    } catch (error) {
      lines.push(`${basename(file)}\n  opens: NO\n  ${explain(error).replaceAll('\n', '\n  ')}`);
    }
  }
  const missing = settings.keys.filter(
    ({ publicKey }) => !opened.some((key) => key.publicKey === publicKey),
  );
  for (const { publicKey, status } of missing)
    lines.push(
      `Key ${keyIdOf(publicKey)}, ${status} in campaign.yaml: NO FILE HERE OPENS IT.\n` +
        `  Put back your copy of it into ${folder}, from a stick or from the paper copy (docs/keys.md).`,
    );
  for (const left of listSharePages(folder))
    lines.push(
      `${basename(left)}\n  PAGES OF A SPLIT KEY. Together they open it without a passphrase.\n` +
        '  Once each holder has one on paper, delete this folder.',
    );
  const current = settings.keys.find((key) => key.status === 'current');
  if (!current) lines.push('campaign.yaml has no current key. To make one: npm run keys');
  return { lines, currentOpens: current !== undefined && !missing.includes(current) };
}

function describe(key: OpenedKeyFile, { id, keys }: Settings): string {
  const status = keys.find(({ publicKey }) => publicKey === key.publicKey)?.status;
  const foreign = key.campaign === id ? '' : ` of another campaign (${key.campaign})`;
  const lines = [
    `  key ${key.id}${foreign}: ${status ?? 'not listed'} in campaign.yaml`,
    '  opens: yes',
  ];
  if (key.development) return [...lines, '  the development key of this machine'].join('\n');
  if (!isProtected(key.file)) lines.push('  NOT PROTECTED by a passphrase (docs/keys.md)');
  if (status === undefined && foreign === '')
    lines.push(
      '  To accept what is sealed to it, add under keys: in campaign.yaml:',
      `  - publicKey: ${key.publicKey}`,
      '    status: accepted',
    );
  return lines.join('\n');
}
