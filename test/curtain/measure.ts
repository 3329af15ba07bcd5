/** Visits the page of one language through one filter, as it is and padded, as often as asked for. */
import type { TestWorker } from '../worker.ts';
import type { Filter } from './filter.ts';
import { type Link, localHost } from './link.ts';
import { compress, frontOf, padBehind, paddedSize, padFront } from './pad.ts';
import { differs, visit, type Visit } from './visit.ts';

export type Row = {
  language: string;
  filter: Filter;
  /** Brotli 4. */
  front: number;
  page: number;
  tries: number;
  /** Of the unpadded visits. */
  whole: number;
  signed: number;
  signedPadded: number;
  /** Of all visits, those that went on to these rungs of the ladder. */
  toRelay: number;
  toOwnAgain: number;
  /** From the press to "signed", of all visits, ascending. */
  seconds: number[];
  /** What went wrong, for a person to read. */
  troubles: string[];
};

export type Curtain = { link: Link; worker: TestWorker; keys: string };

/** With `extra`, so many bytes of filler stand in the front as well: how large may it become? */
export async function measure(
  curtain: Curtain,
  subject: { language: string; html: Buffer; filter: Filter; tries: number; extra: number },
): Promise<Row> {
  const { language, filter, tries, extra } = subject;
  const plain: Visit[] = [];
  const padded: Visit[] = [];
  const html = padFront(subject.html, extra);
  await curtain.link.edge.fetchAhead(`/${language}/`);
  for (let index = 0; index < tries; index++) {
    plain.push(await visitOnce(curtain, filter, language, html, true));
    padded.push(await visitOnce(curtain, filter, language, padBehind(html, paddedSize), false));
  }
  const all = [...plain, ...padded];
  const times = all.flatMap(({ signed }) => (signed === undefined ? [] : [signed / 1000]));
  return {
    language,
    filter,
    front: frontOf(html),
    page: compress(html).length,
    tries,
    whole: count(plain, ({ whole }) => whole !== undefined),
    signed: count(plain, isSigned),
    signedPadded: count(padded, isSigned),
    toRelay: count(all, ({ posts }) => posts.some((host) => host !== localHost)),
    toOwnAgain: count(all, ({ posts }) => posts.filter((host) => host === localHost).length > 1),
    seconds: times.sort((one, other) => one - other),
    troubles: all.flatMap(({ trouble }) => trouble ?? []),
  };
}

async function visitOnce(
  { link, worker, keys }: Curtain,
  filter: Filter,
  language: string,
  page: Buffer,
  expectWhole: boolean,
): Promise<Visit> {
  await worker.clear();
  link.edge.welcome({ change: () => page });
  link.setFilter(filter);
  const seen = await visit(link.browser, `https://${localHost}/${language}/`, { expectWhole });
  const trouble = seen.trouble ?? (await differs(await worker.rows(), seen.code ?? '', keys));
  if (trouble === undefined) return seen;
  return { ...seen, trouble: `${trouble}; connections: ${JSON.stringify(await link.count())}` };
}

function isSigned({ signed, trouble }: Visit): boolean {
  return signed !== undefined && trouble === undefined;
}

function count(visits: Visit[], holds: (visit: Visit) => boolean): number {
  return visits.filter(holds).length;
}
