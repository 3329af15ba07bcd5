/**
 * `npm run keys`: makes the campaign's key pair, checks the private keys that are here, or puts them
 * on paper. Prints ids and paths; never a private key, and a passphrase only when it was drawn, once,
 * on the terminal. Exit code 0: done; 1: failed, or the current key does not open.
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { keyFolder } from '../site/development.ts';
import { contentFolder } from '../site/settings.ts';
import { makeCampaignKey, type MadeKey } from './campaign-key.ts';
import { checkKeys } from './check-keys.ts';
import { DeliveryError, explain, reasonOf } from './errors.ts';
import { readProtectedKey } from './key-file.ts';
import { isProtected, keyNameOf, listKeyFiles } from './key-name.ts';
import { paperCopy } from './paper-copy.ts';
import { type Ask, askPassphrase, choosePassphrase } from './passphrase.ts';
import { readArmored } from './protected.ts';
import { readTerms } from './terms.ts';

const help = `npm run keys -- [options]

  without an option   make the campaign's key pair, once
  --check             open every private key that is here, and compare with campaign.yaml
  --paper             write a page to print beside each protected key of the campaign

  --passphrase-file FILE  take the passphrase from the first line of a file, for use without a terminal
  --key-folder FOLDER     where the private keys are (${keyFolder})
  --help                  show this`;

async function run(): Promise<number> {
  const chosen = readArguments();
  const ask = askPassphrase(chosen['passphrase-file']);
  if (chosen.help) return tell(help);
  if (chosen.check) {
    const checked = await checkKeys(readTerms(contentFolder), chosen['key-folder'], ask);
    return tell(checked.lines.join('\n\n'), checked.currentOpens ? 0 : 1);
  }
  if (chosen.paper) return tell(reportPaper(await writePaper(chosen['key-folder'], ask)));
  const choose = () => choosePassphrase(chosen['passphrase-file']);
  const made = await makeCampaignKey(contentFolder, chosen['key-folder'], { choose, ask });
  return tell(report(made));
}

/** Opens each protected key of the campaign first: a copy of a damaged file would save nobody. */
async function writePaper(folder: string, ask: Ask): Promise<string[]> {
  const { id } = readTerms(contentFolder);
  const known: string[] = [];
  const written: string[] = [];
  for (const file of listKeyFiles(folder).filter(isProtected)) {
    if (keyNameOf(file)?.campaign !== id) continue;
    const key = await readProtectedKey(file, ask, known);
    const page = file.replace(/\.age$/, '.paper.html');
    const day = new Date().toISOString().slice(0, 10);
    writeFileSync(page, paperCopy(key, basename(file), readArmored(file), day), { mode: 0o600 });
    written.push(page);
  }
  if (written.length > 0) return written;
  throw new DeliveryError(
    'keys',
    `${folder} holds no protected key of the campaign ${id}. Nothing was written.`,
    'Put back your copy of it, or name its folder: npm run keys -- --paper --key-folder FOLDER',
  );
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

function readArguments() {
  const options = {
    check: { type: 'boolean', default: false },
    paper: { type: 'boolean', default: false },
    'passphrase-file': { type: 'string' },
    'key-folder': { type: 'string', default: keyFolder },
    help: { type: 'boolean', default: false },
  } as const;
  const next = 'To see the options: npm run keys -- --help';
  try {
    const { values } = parseArgs({ options });
    if (!values.check || !values.paper) return values;
  } catch (error) {
    throw new DeliveryError('arguments', reasonOf(error), next);
  }
  throw new DeliveryError('arguments', '--check and --paper are two commands.', next);
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
