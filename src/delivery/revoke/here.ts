/** What lies in the folder of deliveries that a stolen key still opens or that was never locked. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const known: Record<string, string> = {
  'rows.sqlite': 'the rows as they were fetched last, sealed: with the key they can be read',
  'opened.sqlite': 'what was opened; a secret of the key unlocks it',
};

/** One line a file or folder. */
export function listHere(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name !== '.lock')
    .sort()
    .map((name) => `${join(folder, name)}: ${known[name] ?? describe(name)}`);
}

function describe(name: string): string {
  if (name.startsWith('batch-')) return 'a batch, in the open as it was handed over';
  if (/^(contacts|news|person)-|^\.(unfinished|replaced)$/.test(name))
    return 'NAMES AND ADDRESSES, in the open';
  return 'look yourself what it holds';
}
