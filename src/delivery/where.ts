/** Where a command finds database, keys and files, as its words say it; the same for every command. */
import { join, resolve } from 'node:path';
import { keyFolder } from '../site/development.ts';
import { type Database, localState, openLocal, openRemote } from './database.ts';

/** Where database, keys and files are, as the command's words say it. */
export type Where = {
  remote: boolean;
  keyFolder: string;
  passphraseFile: string | undefined;
  /** The database of this machine. */
  database: string;
  /** What the delivery writes. */
  folder: string;
};

/** The options that say where, for parseArgs. */
export const whereOptions = {
  remote: { type: 'boolean', default: false },
  'key-folder': { type: 'string', default: keyFolder },
  'passphrase-file': { type: 'string' },
  database: { type: 'string', default: localState },
  folder: { type: 'string', default: 'deliveries' },
  help: { type: 'boolean', default: false },
} as const;

/** Their lines in a command's help. */
export const whereHelp = `  --remote            the deployed database; without it, the one of this machine
  --key-folder FOLDER where the private keys are (${keyFolder})
  --passphrase-file FILE
                      its first line opens the private key; without it, you are asked
  --folder FOLDER     where the delivery's files are (deliveries)
  --database FOLDER   where the database of this machine is (${localState})
  --help              show this`;

/** What parseArgs made of the options that say where. */
type Chosen = {
  remote: boolean;
  'key-folder': string;
  'passphrase-file'?: string | undefined;
  database: string;
  folder: string;
};

export function readWhere(chosen: Chosen): Where {
  const { remote, database, folder } = chosen;
  const passphraseFile = chosen['passphrase-file'];
  return { remote, database, folder, keyFolder: chosen['key-folder'], passphraseFile };
}

/** The local files of the delivery. */
export function filesIn({ folder }: Pick<Where, 'folder'>) {
  return { rows: join(folder, 'rows.sqlite'), opened: join(folder, 'opened.sqlite') };
}

/** Which database. */
export type Place = Pick<Where, 'remote' | 'database'>;

export function openDatabase({ remote, database }: Place): Promise<Database> {
  return remote ? Promise.resolve(openRemote()) : openLocal(database);
}

/** How local files say from which database they were read. */
export function sourceOf({ remote, database }: Place): string {
  return remote ? 'deployed' : resolve(database);
}

/** A command to type next, for the same database. */
export function commandFor(name: string, option: string, remote: boolean): string {
  const words = [option, remote ? '--remote' : ''].filter(Boolean);
  return ['npm run', name, ...(words.length > 0 ? ['--', ...words] : [])].join(' ');
}
