/**
 * `npm run deliver`: reads the database, opens the signatures with the private key on this machine,
 * and writes what each person chose to hand over. Prints counts, paths and id hashes; never anything
 * that was opened. Exit code 0: done; 1: failed; 2: done, but some rows were set aside.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { keyIdOf } from '../site/campaign.ts';
import { keyFolder } from '../site/development.ts';
import { contentFolder } from '../site/settings.ts';
import { localState, openLocal, openRemote } from './database.ts';
import { deliver } from './deliver.ts';
import { DeliveryError, explain, reasonOf } from './errors.ts';
import { readKeyFiles } from './key-file.ts';
import { askPassphrase } from './passphrase.ts';
import { countSetAside, report } from './report.ts';
import { readTerms } from './terms.ts';

const help = `npm run deliver -- [options]

  --remote            the deployed database; without it, the one of this machine
  --held              deliver held signatures too, once you have checked them
  --key-folder FOLDER where the private keys are (${keyFolder})
  --passphrase-file FILE
                      its first line opens the private key; without it, you are asked
  --out FOLDER        where to make the delivery's folder (deliveries)
  --state FOLDER      where the database of this machine is (${localState})
  --help              show this`;

async function run(): Promise<number> {
  const chosen = readArguments();
  if (chosen.help) {
    console.log(help);
    return 0;
  }
  const terms = readTerms(contentFolder);
  const kept = await readKeyFiles(chosen['key-folder'], {
    ask: askPassphrase(chosen['passphrase-file']),
    wanted: { campaign: terms.id, ids: terms.keys.map(({ publicKey }) => keyIdOf(publicKey)) },
  });
  const keys = new Map(kept.filter((key) => key.campaign === terms.id).map((key) => [key.id, key]));
  const database = chosen.remote ? openRemote() : await openLocal(chosen.state);
  try {
    const { folder, manifest } = await deliver(database.query, keys, terms, {
      held: chosen.held,
      out: chosen.out,
      now: new Date(),
      draw: (limit) => randomInt(limit),
      tell: tellProgress,
    });
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
    console.log(report(folder, manifest));
    return countSetAside(manifest) > 0 ? 2 : 0;
  } finally {
    await database.close();
  }
}

function readArguments() {
  try {
    const options = {
      remote: { type: 'boolean', default: false },
      held: { type: 'boolean', default: false },
      'key-folder': { type: 'string', default: keyFolder },
      'passphrase-file': { type: 'string' },
      out: { type: 'string', default: 'deliveries' },
      state: { type: 'string', default: localState },
      help: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    throw new DeliveryError(
      'arguments',
      reasonOf(error),
      'To see the options: npm run deliver -- --help',
    );
  }
}

function tellProgress(rows: number): void {
  if (process.stdout.isTTY && rows % 100 === 0) process.stdout.write(`\r${rows} rows read `);
  if (!process.stdout.isTTY && rows % 10_000 === 0) console.log(`${rows} rows read`);
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
