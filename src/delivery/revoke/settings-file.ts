/** Sets the status of a stolen key in campaign.yaml; every other byte of the file stays. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { keyIdOf } from '../../site/campaign.ts';
import { replaceFile } from '../campaign-key.ts';
import { reasonOf } from '../errors.ts';
import { readTerms } from '../terms.ts';

/** What became of campaign.yaml; where it could not be written, why. */
export type Noted = 'written' | 'already' | 'absent' | { reason: string };

/** Writes it down. Never throws: the database alone already refuses the key. */
export function noteInSettings(content: string, key: string): Noted {
  const file = join(content, 'campaign.yaml');
  try {
    const before = readFileSync(file, 'utf8');
    const after = withRevoked(before, key);
    if (after === undefined) return 'absent';
    if (statusOf(content, key) === 'revoked') return 'already';
    replaceFile(file, after);
    try {
      if (statusOf(content, key) === 'revoked') return 'written';
    } catch (error) {
      replaceFile(file, before);
      throw error;
    }
    replaceFile(file, before);
    return { reason: 'its status cannot be changed without touching something else' };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** The text with the key revoked; undefined where no such key is listed. */
export function withRevoked(yaml: string, key: string): string | undefined {
  const keys = parseDocument(yaml).get('keys');
  for (const one of isSeq(keys) ? keys.items : []) {
    if (!isMap(one)) continue;
    const publicKey = one.get('publicKey');
    const status = one.get('status', true);
    if (typeof publicKey !== 'string' || keyIdOf(publicKey) !== key) continue;
    if (!isScalar(status) || !status.range) continue;
    const [from, to] = status.range;
    return `${yaml.slice(0, from)}revoked${yaml.slice(to)}`;
  }
  return undefined;
}

function statusOf(content: string, key: string): string | undefined {
  return readTerms(content).keys.find(({ publicKey }) => keyIdOf(publicKey) === key)?.status;
}
