/** What `npm run revoke` says of the keys, and after it has done something: what, and the next commands. */
import type { Where } from '../where.ts';
import type { Known } from './known.ts';
import type { Task } from './options.ts';
import type { Noted } from './settings-file.ts';
import { amountsOf, commandFor, describe, placeOf, rowsOf } from './words.ts';

export const help = `npm run revoke -- [key] [options]

A private key was stolen or extorted: see docs/stolen-key.md.
Without a word it lists the keys. With the id of one it shows what revoking it would do.
It needs no private key.

  --yes               does it, once you have typed the id of the key
  --only-revoke       stops what comes, and destroys nothing yet: to deliver first

  --remote            the deployed database; without it, the one of this machine
  --folder FOLDER     where the delivery's files are (deliveries)
  --database FOLDER   where the database of this machine is
  --help              show this`;

type Revoking = Extract<Task, { task: 'revoke' }>;

/** The keys, and what is sealed to each. */
export function printKeys(keys: readonly Known[], where: Where, campaign: string): string[] {
  if (keys.length === 0) return [`The campaign ${campaign} has no key yet, and no row.`];
  return [
    `Keys of the campaign ${campaign}, and what is sealed to them in ${placeOf(where)}:`,
    '',
    ...keys.flatMap((known) => [describe(known), `  ${amountsOf(known)}`, '']),
    'To see what revoking a key would do, and change nothing:',
    `  ${commandFor('KEYID', where)}`,
    ...(where.remote ? [] : ['For the deployed database add --remote.']),
  ];
}

/** What was done, and what to do next. */
export function printDone(
  known: Known,
  { key, where }: Revoking,
  did: { noted: Noted; destroyed: number | undefined; needsKey: boolean },
): string[] {
  const again = `${commandFor(key, where)} --yes`;
  const steps = [
    ...(where.remote
      ? [
          'In Cloudflare’s dashboard: a new password, end all other sessions, delete every API token',
          '  whoever is in there can bring back what was destroyed',
          'npx wrangler queues purge undersigned-dead',
          '  rows that could not be stored wait there for four days',
        ]
      : []),
    ...(did.destroyed === undefined
      ? []
      : ['Delete the copies on every machine: what is listed above, and all of backups/']),
    ...(did.needsKey
      ? ['npm run keys', '  a new key; on another machine where this one may be watched or taken']
      : []),
    'npm run deploy -- --yes',
    did.needsKey
      ? '  until then nobody can sign: all pages seal to the stolen key'
      : '  the site then knows too that the key is revoked',
    ...(did.destroyed === undefined
      ? ['npm run deliver', '  hand over what you still can; it opens with the old key too']
      : []),
    again,
    did.destroyed === undefined
      ? '  then destroys the rows'
      : '  once more: destroys what came meanwhile, and says “nothing left”',
    'Tell people what happened: docs/stolen-key.md has the words.',
  ];
  return [
    `The key ${key} is revoked. ${placeOf(where, true)} takes nothing more that is sealed to it.`,
    noted(key, did.noted),
    did.destroyed === undefined
      ? `Nothing was destroyed yet: ${amountsOf(known)}.`
      : `${rowsOf(did.destroyed)} destroyed. The public number stays, and so do the withdrawal codes.`,
    '',
    'Next, in this order:',
    ...numbered(steps),
  ];
}

/** The same command once more. */
export function printNothingLeft(known: Known, { key, where }: Revoking): string[] {
  const since = `The key ${key} is revoked since ${known.revoked ?? ''}`;
  if (known.rows > 0)
    return [
      `${since}. Nothing was changed: ${amountsOf(known)}.`,
      `To destroy that: ${commandFor(key, where)} --yes`,
    ];
  return [`${since}, and nothing left in ${placeOf(where)} is sealed to it.`];
}

function noted(key: string, what: Noted): string {
  if (what === 'written') return 'campaign.yaml now says so. Commit it.';
  if (what === 'already') return 'campaign.yaml said so already.';
  if (what === 'absent')
    return 'campaign.yaml does not list the key, so nothing had to be changed there.';
  return `campaign.yaml could NOT be changed (${what.reason}). Set the status of the key ${key} to revoked by hand.`;
}

/** Lines that are not indented get a number. */
function numbered(lines: readonly string[]): string[] {
  let step = 0;
  return lines.map((line) => (line.startsWith(' ') ? `   ${line}` : `  ${++step}. ${line}`));
}
