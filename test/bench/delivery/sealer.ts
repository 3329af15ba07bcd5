/** A thread that seals: told from which number to which, sends back as many rows as the Worker stores. */
import { hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import type { LocalRow } from '../../../src/delivery/rows-file.ts';
import { aadOf, infoOf } from '../../../src/signature/binding.ts';
import { drawCode } from '../../../src/signature/code.ts';
import { type Content, writeContent } from '../../../src/signature/content.ts';
import type { Lane } from '../../../src/signature/lane.ts';
import { sealQuickly } from './seal.ts';

export type Sealing = { campaign: string; key: string; publicKey: string; texts: string[] };
/** Numbers of the rows to seal, the last one not included. */
export type Span = { from: number; to: number };

const { campaign, key, publicKey, texts } = z
  .object({
    campaign: z.string(),
    key: z.string(),
    publicKey: z.string(),
    texts: z.array(z.string()),
  })
  .parse(workerData) satisfies Sealing;
const point = Buffer.from(publicKey, 'base64url');

const names = ['Ганна', 'Алесь', 'Марыя', 'Jan', 'Zofia', 'Сергей', 'Anna-Maria', 'Łukasz', 'سارة'];
const families = ['Пушкіна', 'Kowalska', 'Иванов', "O'Neill", 'Müller', 'Jankauskas', 'Шаўчэнка'];
const countries = ['Польшча', 'Poland', 'DE', 'Литва', '', 'Lietuva', 'Латвія', 'US', 'Warszawa'];

/** Every fiftieth person signs twice, under two codes. */
function contentOf(number: number): Content {
  const person = number % 50 === 49 ? number - 1 : number;
  const name = `${pick(names, person)} ${pick(families, person)}`;
  const level = person % 5 < 3 ? 'count' : 'initials';
  const country = pick(countries, person * 7);
  return {
    ...{ level, name, email: `signer.${person}@${person % 3 ? 'gmail.com' : 'example.org'}` },
    ...(country && { country }),
    ...(person % 4 === 0 && { news: 'on' }),
  };
}

function rowOf(number: number): LocalRow {
  const mark = sha256(drawCode());
  const idHash = sha256(sha256(mark));
  const lane: Lane = number % 20 === 0 ? 'unchecked' : number % 3 ? 'turnstile' : 'stamp';
  const text = pick(texts, number);
  const aad = aadOf(idHash, text, lane === 'unchecked' ? 'worker' : 'page');
  const content = writeContent({ mark, ...contentOf(number) });
  const sealed = sealQuickly(point, infoOf(campaign, key), aad, content);
  return {
    ...{ id_hash: new Uint8Array(Buffer.from(idHash, 'base64url')), sealed, lane, key_id: key },
    digest: new Uint8Array(hash('sha256', sealed, 'buffer')),
    ...{ text_version: text, language: text.slice(0, 2), day: '2026-11-23' },
    state: lane === 'unchecked' ? 'held' : 'counted',
    ...{ batch: null, decision: null, same_tag: 0 },
  };
}

function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}

function pick(list: readonly string[], number: number): string {
  return list[number % list.length] ?? '';
}

const port = parentPort;
port?.on('message', ({ from, to }: Span) =>
  port.postMessage(Array.from({ length: to - from }, (_, at) => rowOf(from + at))),
);
