/** What `npm run revoke` says before it does anything: to somebody in a hurry, in ids, numbers and days. */
import type { Task } from './options.ts';
import type { Known } from './known.ts';
import { amountsOf, commandFor, describe, number, placeOf, rowsOf } from './words.ts';

/** For how many days D1 brings back any minute (developers.cloudflare.com/d1/reference/time-travel). */
const history = { paid: 30, free: 7 };

type Revoking = Extract<Task, { task: 'revoke' }>;

/** The rehearsal, and what is shown before the id is to be typed. */
export function printPlan(
  known: Known,
  { key, where, yes, onlyRevoke }: Revoking,
  { day, told, here }: { day: string; told: string; here: readonly string[] },
): string[] {
  const command = `${commandFor(key, where)}${onlyRevoke ? ' --only-revoke' : ''}`;
  return [
    yes ? 'This is what will be done.' : 'A rehearsal: nothing is changed.',
    '',
    describe(known),
    `  ${amountsOf(known)}, in ${placeOf(where)}`,
    '',
    'What is done',
    '  1. The database takes nothing more that is sealed to this key. Whoever has a page that seals to it,',
    '     or a courier’s text that was sealed to it, is told:',
    `     “${told}”`,
    '  2. campaign.yaml says that the key is revoked. Nothing else in it changes.',
    ...(onlyRevoke ? kept : destroyed(known)),
    '',
    'What this cannot do',
    '  - Whoever has the key and an old copy of the rows can read those, today and in ten years. Destroying',
    '    helps only against who has no copy yet.',
    ...(where.remote ? remoteLimits(day) : []),
    '  - Backups (npm run backup), on this machine, on sticks and elsewhere, stay until you delete them.',
    ...here.map((line) => `  - ${line}. Delete it: rm -r ${line.split(': ')[0] ?? ''}`),
    ...(yes ? [] : ['', 'To do it:', `  ${command} --yes`]),
    ...(yes || where.remote
      ? []
      : ['This is the database of this machine. For the deployed one add --remote.']),
  ];
}

const kept = [
  '  3. The rows stay, so that you can deliver them first. Then run this without --only-revoke.',
];

function destroyed({ rows, undelivered }: Known): string[] {
  if (rows === 0) return ['  3. No row is sealed to it, so none is destroyed.'];
  return [
    `  3. What people entered is destroyed for good in ${rowsOf(rows)}. They stay counted in the public`,
    '     number, and their withdrawal codes still work.',
    ...(undelivered === 0
      ? ['     All that can be handed over has been.']
      : [
          `     NEVER HANDED OVER: ${number(undelivered)} of them. No delivery will ever have those.`,
          '     To stop what comes and deliver first: --only-revoke',
        ]),
  ];
}

function remoteLimits(day: string): string[] {
  return [
    '  - Cloudflare keeps every minute of the database: nobody can switch that off or shorten it. Whoever',
    `    gets into your Cloudflare account can bring back what is destroyed today until ${daysAfter(day, history.paid)} (paid plan)`,
    `    or ${daysAfter(day, history.free)} (free plan). Change its password, and end all its other sessions.`,
    '  - Rows that could not be stored may wait in the queue undersigned-dead for four days:',
    '    npx wrangler queues purge undersigned-dead',
  ];
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
