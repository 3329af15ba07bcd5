/**
 * Tells whether lines came in before, and gives a sheet that was stopped half way its id hashes again. Both
 * follow from all lines together and slowly: whoever steals the database cannot try a name against it.
 */
import { scrypt } from 'node:crypto';
import { format } from '../../signature/binding.ts';
import { hmac, toBase64url } from '../../signature/bytes.ts';
import { hashCode, idHashOfPass } from '../../signature/code.ts';
import { canonicalEmail, canonicalName } from '../canonical.ts';
import type { PaperLine } from './lines.ts';

/** 128 MiB and about half a second a try (RFC 7914: N, r, p). */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

/** The fingerprint of lines in their order, in hexadecimal digits, whichever program saved the file. */
export function fingerprintOf(campaign: string, lines: readonly PaperLine[]): Promise<string> {
  return hashSlowly(lines, `${format}|${campaign}|paper`);
}

/** The secret of a sheet with its salt, in hexadecimal digits. */
export function secretOf(
  campaign: string,
  lines: readonly PaperLine[],
  salt: string,
): Promise<string> {
  return hashSlowly(lines, `${format}|${campaign}|paper|${salt}`);
}

/**
 * The mark and the id hash of a line, counted from 0, in base64url. No code leads to them: nobody on paper has
 * one, so nobody can withdraw a line but the campaign.
 */
export async function chainOfLine(
  secret: string,
  line: number,
): Promise<{ mark: string; idHash: string }> {
  const mark = toBase64url(await hmac(secret, `line|${line}`));
  return { mark, idHash: await idHashOfPass(await hashCode(mark)) };
}

function hashSlowly(lines: readonly PaperLine[], salt: string): Promise<string> {
  const canonical = lines.map(({ name, country, code, level, email }) => [
    ...[canonicalName(name), code ?? country, level],
    email === '' ? '' : canonicalEmail(email),
  ]);
  return new Promise((done, fail) => {
    scrypt(JSON.stringify(canonical), salt, 32, cost, (error, hash) => {
      if (error) fail(error);
      else done(hash.toString('hex'));
    });
  });
}
