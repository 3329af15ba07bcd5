/** What `npm run keys` is asked to do: its options, read once, at the command's door. */
import { parseArgs } from 'node:util';
import { keyFolder } from '../site/development.ts';
import { DeliveryError, reasonOf } from './errors.ts';
import { type Among, canSplit, mostHolders } from './split/share.ts';

export const help = `npm run keys -- [options]

  without an option   make the campaign's key pair, once
  --check             open every private key that is here, and compare with campaign.yaml
  --paper             write a page to print beside each protected key of the campaign
  --split 3/5         split each protected key: a page for each of 5 holders, of whom any 3 open
  --combine           make a split key whole again: type the shares of enough holders,
                      or name a file for each: --combine FILE FILE FILE
  --destroy           the last step of a campaign: show which private keys would be destroyed;
                      with --yes destroy them, once you have typed the campaign's id

  --passphrase-file FILE  take the passphrase from the first line of a file, for use without a terminal
  --key-folder FOLDER     where the private keys are (${keyFolder})
  --help                  show this`;

type Command =
  | { name: 'make' | 'check' | 'paper' | 'help' }
  | { name: 'destroy'; yes: boolean }
  | { name: 'split'; among: Among }
  | { name: 'combine'; files: string[] };

export type Options = { command: Command; keyFolder: string; passphraseFile: string | undefined };

const next = 'To see the options: npm run keys -- --help';

/** Reads the arguments after the script's name. Throws a DeliveryError for what they do not allow. */
export function readOptions(given: readonly string[]): Options {
  const { values, positionals } = parse(given);
  const { check, paper, split, combine, destroy, yes, help } = values;
  const named = [
    check && '--check',
    paper && '--paper',
    split !== undefined && '--split',
    combine && '--combine',
    destroy && '--destroy',
  ];
  const [first, second] = named.filter((one) => typeof one === 'string');
  const found = { keyFolder: values['key-folder'], passphraseFile: values['passphrase-file'] };
  if (help) return { command: { name: 'help' }, ...found };
  if (second !== undefined) throw refuse(`${first} and ${second} are two commands.`);
  if (yes && !destroy) throw refuse('--yes belongs to --destroy.');
  if (combine) return { command: { name: 'combine', files: positionals }, ...found };
  const [stray] = positionals;
  if (stray !== undefined) throw refuse('Only --combine takes names of files.');
  if (destroy) return { command: { name: 'destroy', yes }, ...found };
  if (split !== undefined) return { command: { name: 'split', among: readAmong(split) }, ...found };
  return { command: { name: check ? 'check' : paper ? 'paper' : 'make' }, ...found };
}

function parse(given: readonly string[]) {
  const options = {
    check: { type: 'boolean', default: false },
    paper: { type: 'boolean', default: false },
    split: { type: 'string' },
    combine: { type: 'boolean', default: false },
    destroy: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    'passphrase-file': { type: 'string' },
    'key-folder': { type: 'string', default: keyFolder },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args: [...given], options, allowPositionals: true });
  } catch (error) {
    throw refuse(reasonOf(error));
  }
}

/** Reads "3/5": any 3 of 5. */
function readAmong(text: string): Among {
  const [, needed, holders] = /^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? [];
  const among = { needed: Number(needed), holders: Number(holders) };
  if (canSplit(among)) return among;
  throw new DeliveryError(
    'arguments',
    `A key is split so that at least 2 holders are needed, of at most ${mostHolders}: --split 3/5 means any 3 of 5.`,
    'One paper that opens alone is a copy of the key: npm run keys -- --paper, which a passphrase protects.',
  );
}

function refuse(reason: string): DeliveryError {
  return new DeliveryError('arguments', reason, next);
}
