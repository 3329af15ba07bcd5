/**
 * What `npm run review` says. Values that signers typed stand on the campaigner's screen and nowhere
 * else; control characters in them do not reach the terminal.
 */
import { sharedByMany } from './candidate.ts';
import type { Arrivals } from './bursts.ts';
import type { Decision, Verb } from './decide.ts';
import type { Patterns } from './patterns.ts';
import type { Plan } from './plan.ts';

const shownLines = 40;
const willBe: Record<Verb, string> = {
  release: 'released, and then count',
  keep: 'marked as checked, and stay held back',
  invalidate: 'invalidated, and then neither count nor are handed over',
};

/** What waits and what stands out, and what to do next. */
export function printPatterns(
  patterns: Patterns,
  bursts: readonly (Arrivals & { usual: number })[],
): string[] {
  const { signatures, waiting, kept, outliers, unmatched, unmatchedOthers } = patterns;
  const waits = waiting.reduce((sum, [, number]) => sum + number, 0);
  return [
    `${amount(signatures)} could be opened and are looked at here.`,
    '',
    `Held, and waiting for you: ${group(waits)}${kept > 0 ? ` (and ${group(kept)} checked and held back)` : ''}`,
    ...table(waiting),
    '',
    `Stands out (at least ${sharedByMany}, and three times its share on all other days or in all other lanes; fewer are not looked for): ${group(outliers.length)}`,
    ...some(
      outliers.map(
        ({ kind, value, place, where, number, share, elsewhere }) =>
          `  ${place} ${where}: ${kind} ${quoted(value)}, ${group(number)} (${percent(share)}, elsewhere ${percent(elsewhere)})`,
      ),
    ),
    '',
    `Ten minutes with at least three times the usual number of their lane: ${group(bursts.length)}`,
    ...some(
      bursts.map(
        ({ period, lane, held, number, usual }) =>
          `  ${period} ${lane}${held === 1 ? ', held' : ''}: ${group(number)}, usually ${group(usual)}`,
      ),
    ),
    '',
    `Countries as typed that match none, which are not handed over (a town may be among them): ${group(unmatched.length)}`,
    ...some(unmatched.map(([typed, number]) => `  ${quoted(typed)} ${group(number)}`)),
    ...(unmatchedOthers > 0 ? [`  and ${group(unmatchedOthers)} that typed yet others`] : []),
    '',
    ...next(waits, outliers.length + bursts.length),
  ];
}

/** A dry run: what a decision would change. */
export function printPlan(plan: Plan, verb: Verb, again: string, names: boolean): string[] {
  const { ids, kept, delivered, counts, samples } = plan;
  const parts = Object.entries(counts).flatMap(([fact, lines]) => [
    '',
    `By ${fact}:`,
    ...table(lines),
  ]);
  return [
    `${amount(ids.length)} would be ${willBe[verb]}. Nothing is changed yet.`,
    ...leftAlone(kept, delivered),
    ...(ids.length === 0
      ? []
      : [
          ...parts,
          '',
          names
            ? 'Samples, with full names. They stand on your screen now: clear it when you are done.'
            : 'Samples, with initials and the shape of the name (--names shows full names):',
          ...samples.map(
            ({ name, shape, country, provider, language, lane, day }) =>
              `  ${day} ${lane} ${language} ${country} ${quoted(name)} ${quoted(shape)} ${quoted(provider)}`,
          ),
          '',
          `To do it: ${again}`,
        ]),
  ];
}

/** What was done. */
export function printDone(decision: Decision | undefined, { kept, delivered }: Plan): string[] {
  if (!decision)
    return ['Nothing to do: no signature fulfils this.', ...leftAlone(kept, delivered)];
  const { number, signatures, verb } = decision;
  return [
    `Decision ${number}: ${amount(signatures)} ${verb === 'keep' ? 'held back' : `${verb}d`}.`,
    ...leftAlone(kept, delivered),
    `To take it back: npm run review -- --undo ${number}`,
    'Next, so that a batch knows of it: npm run deliver',
  ];
}

/** The journal. */
export function printJournal(decisions: readonly Decision[]): string[] {
  if (decisions.length === 0) return ['No decision was made yet.'];
  return decisions.map(({ number, day, verb, condition, signatures, undone }) =>
    [
      `${number}  ${day}  ${verb.padEnd(10)}  ${group(signatures).padStart(9)}  ${condition}`,
      ...(undone === null ? [] : [`taken back on ${undone}`]),
      ...(signatures === 0 && undone === null
        ? ['stopped half way: run the same command again, or take it back']
        : []),
    ].join('  '),
  );
}

/** What taking a decision back did. */
export function printUndone(
  number: number,
  { back, changedSince, delivered }: { back: number; changedSince: number; delivered: number },
): string[] {
  return [
    `Decision ${number} is taken back for ${amount(back)}.`,
    ...(changedSince > 0
      ? [
          `Left as it is: ${amount(changedSince)} that a later decision, or the signer, changed since.`,
        ]
      : []),
    ...(delivered > 0 ? [`Left as it is: ${amount(delivered)} already handed over.`] : []),
  ];
}

/** "1 signature", "1,200 signatures". */
export function amount(number: number): string {
  return `${group(number)} ${number === 1 ? 'signature' : 'signatures'}`;
}

function leftAlone(kept: number, delivered: number): string[] {
  return [
    ...(delivered > 0 ? [`Left as it is: ${amount(delivered)} already handed over.`] : []),
    ...(kept > 0
      ? [
          `Left held back: ${amount(kept)} that you checked. To change that, take that ` +
            'decision back first (npm run review -- --journal shows its number).',
        ]
      : []),
  ];
}

function next(waits: number, suspicious: number): string[] {
  const look =
    "To look at some of them, name what they share, as in: npm run review -- --invalidate --day 2026-11-20 --shape 'Xxx Xxx'\n" +
    'It shows numbers and samples first and changes nothing without --yes.';
  const release =
    'Held signatures are released unless there is a reason against them: npm run review -- --release';
  if (waits === 0 && suspicious === 0) return ['There is nothing to check.'];
  return [...(suspicious > 0 ? [look] : []), ...(waits > 0 ? [release] : [])];
}

function table(lines: readonly [string, number][]): string[] {
  return some(
    lines.map(([key, number]) => `  ${quoted(key).padEnd(32)} ${group(number).padStart(9)}`),
  );
}

function some(lines: readonly string[]): string[] {
  if (lines.length <= shownLines) return [...lines];
  return [...lines.slice(0, shownLines), `  and ${group(lines.length - shownLines)} more`];
}

/** Without what could move a cursor or turn the writing around. */
function quoted(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}').slice(0, 80);
}

function group(number: number): string {
  return number.toLocaleString('en');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
