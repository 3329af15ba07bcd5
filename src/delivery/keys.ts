/**
 * `npm run keys`: makes the campaign's key pair, checks the private keys that are here, puts them on
 * paper, splits one among holders, or destroys them all at the end. Prints ids and paths; never a private key or a share, and a
 * passphrase only when it was drawn, once, on the terminal. Exit code 0: done; 1: failed, or the current
 * key does not open.
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { contentFolder } from '../site/settings.ts';
import { makeCampaignKey, type MadeKey } from './campaign-key.ts';
import { checkKeys } from './check-keys.ts';
import { destroyKeys } from './destroy/destroy-keys.ts';
import { DeliveryError, explain } from './errors.ts';
import { readProtectedKey, readSecretKey } from './key-file.ts';
import { isProtected, keyNameOf, listKeyFiles } from './key-name.ts';
import { help, readOptions } from './keys-options.ts';
import { paperCopy } from './paper-copy.ts';
import { type Ask, askPassphrase, choosePassphrase } from './passphrase.ts';
import { readArmored } from './protected.ts';
import { shareFiles, typedShares } from './split/gather.ts';
import { type HandedOut, handOut } from './split/hand-out.ts';
import { type Restored, restoreKey } from './split/restore.ts';
import type { Among } from './split/share.ts';
import { ownTerminal } from './terminal.ts';
import { readTerms } from './terms.ts';
import { askWord } from './typed-word.ts';

async function run(): Promise<number> {
  const { command, keyFolder: folder, passphraseFile } = readOptions(process.argv.slice(2));
  const ask = askPassphrase(passphraseFile);
  const choose = () => choosePassphrase(passphraseFile);
  switch (command.name) {
    case 'help':
      return tell(help);
    case 'check': {
      const checked = await checkKeys(readTerms(contentFolder), folder, ask);
      return tell(checked.lines.join('\n\n'), checked.currentOpens ? 0 : 1);
    }
    case 'paper':
      return tell(reportPaper(await writePaper(folder, ask)));
    case 'split':
      return tell(reportSplit(await splitKeys(folder, command.among, ask), command.among));
    case 'combine': {
      const gather = command.files.length === 0 ? typedShares() : shareFiles(command.files);
      const settings = readTerms(contentFolder);
      return tell(reportCombined(await restoreKey(settings, folder, gather, { choose, ask })));
    }
    case 'destroy': {
      const say = (lines: string) => console.error(lines);
      const lent = { now: new Date(), ask: (prompt: string) => askWord(prompt, ownTerminal), say };
      return tell(await destroyKeys(readTerms(contentFolder), folder, command.yes, lent));
    }
    case 'make':
      return tell(report(await makeCampaignKey(contentFolder, folder, { choose, ask })));
  }
}

/** Opens each protected key of the campaign first: a copy of a damaged file would save nobody. */
async function writePaper(folder: string, ask: Ask): Promise<string[]> {
  const known: string[] = [];
  const written: string[] = [];
  for (const file of protectedFiles(folder, '--paper')) {
    const key = await readProtectedKey(file, ask, known);
    const page = file.replace(/\.age$/, '.paper.html');
    writeFileSync(page, paperCopy(key, basename(file), readArmored(file), today()), {
      mode: 0o600,
    });
    written.push(page);
  }
  return written;
}

async function splitKeys(folder: string, among: Among, ask: Ask): Promise<HandedOut[]> {
  const known: string[] = [];
  const handedOut: HandedOut[] = [];
  for (const file of protectedFiles(folder, '--split M/N'))
    handedOut.push(await handOut(folder, await readSecretKey(file, ask, known), among, today()));
  return handedOut;
}

/** The protected keys of the campaign. Throws a DeliveryError when there is none. */
function protectedFiles(folder: string, option: string): string[] {
  const { id } = readTerms(contentFolder);
  const files = listKeyFiles(folder).filter(
    (file) => isProtected(file) && keyNameOf(file)?.campaign === id,
  );
  if (files.length > 0) return files;
  throw new DeliveryError(
    'keys',
    `${folder} holds no protected key of the campaign ${id}. Nothing was written.`,
    `Put back your copy of it, or name its folder: npm run keys -- ${option} --key-folder FOLDER`,
  );
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function reportPaper(pages: string[]): string {
  return `Wrote ${pages.join(', ')}

Open it in a browser, print it, and scan the printed code once with a program that works offline.
Then keep the paper in a safe place, and the passphrase in another.`;
}

function report({ campaign, id, privateFile, settingsFile }: MadeKey): string {
  return `Made the key pair ${id} of the campaign ${campaign}. The file opened with the passphrase as
it was given the second time, and the key opened a test signature.

  Public key    added to ${settingsFile}
  Private key   ${privateFile}, locked with the passphrase

Back the private key up now: copy the file to two sticks in two safe places, and print it on
paper with npm run keys -- --paper. Keep the passphrase apart from all of them.
Without the file and its passphrase no signature can ever be opened. Whoever has both and the
database can read every name: never upload, send or commit them, and keep them on no server.

Next: npm run deploy`;
}

function reportSplit(handedOut: HandedOut[], { needed, holders }: Among): string {
  const folders = handedOut.map(({ pages }) => pages).join(', ');
  const tried = handedOut.reduce((sum, one) => sum + one.tried, 0);
  return `Wrote ${folders}: ${holders} pages, one for each holder. Any ${needed} of them open.
The pages were read back: each choice of ${needed} gave the key (tried: ${tried}), none of ${needed - 1} did,
and the key opened a test signature. The key file stays as it was.

Now, at one sitting, on a machine whose disk is encrypted:
  1. Open the pages in a browser, print them, and see that every line is sharp.
  2. Give each holder one, from hand to hand.
  3. Delete ${folders}
Together the pages are the private key, without any passphrase.`;
}

function reportCombined({ file, numbers }: Restored): string {
  return `The shares ${numbers.join(', ')} gave the key. It opened a test signature.

  Private key   ${file}, locked with the new passphrase

The shares stay valid: take the papers back to their places, and delete files that hold shares.

Next: npm run keys -- --check`;
}

function tell(text: string, code = 0): number {
  console.log(text);
  return code;
}

// Leaves through 'exit', where a rehearsal that was interrupted is cleared away.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(130));

try {
  process.exitCode = await run();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
