/**
 * Messages as files: one each for a mail program, or all in one CSV for a mailing service. Names of files are
 * numbers, in the order of nobody; only this user can read them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../site/settings.ts';
import { openSheet } from '../contacts/sheet.ts';
import { unsubscribeAddress, writeMail } from './mail.ts';
import { eachMessage, type Message, type NewsCounts, type NewsOrder } from './messages.ts';

/** Who writes, and when the files are made. */
export type Sender = { controller: Settings['controller']; now: Date };

export const csvFile = 'news.csv';

/** One file a message, 000001.eml and so on, in an empty folder. */
export function writeMails(order: NewsOrder, sender: Sender, folder: string): NewsCounts {
  let number = 0;
  return eachMessage(order, (message) => {
    const path = join(folder, `${String(++number).padStart(6, '0')}.eml`);
    writeFileSync(path, mailOf(message, sender), { flag: 'wx', mode: 0o600 });
  });
}

/** All in one file; a name that a spreadsheet would run has an apostrophe before it. */
export function writeCsv(order: NewsOrder, { controller }: Sender, folder: string): NewsCounts {
  const columns = ['email', 'name', 'language', 'subject', 'body', 'code', 'unsubscribe'];
  const sheet = openSheet(join(folder, csvFile), columns);
  const counts = eachMessage(order, ({ email, name, language, letter, code }) => {
    const stop = unsubscribeAddress(controller.contact, code);
    sheet.add([email, name, language, letter.subject, letter.bodyWith(code), code, stop]);
  });
  sheet.finish();
  return counts;
}

function mailOf({ name, email, letter, code }: Message, { controller, now }: Sender): string {
  return writeMail({
    from: { name: controller.name, address: controller.contact },
    to: { name, address: email },
    subject: letter.subject,
    date: now,
    unsubscribe: unsubscribeAddress(controller.contact, code),
    body: letter.bodyWith(code),
  });
}
