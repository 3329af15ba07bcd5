/**
 * `npm run deploy`: names everything that stands in the way, builds the site and rehearses its upload.
 * Changes nothing at Cloudflare unless it is told `--yes`. Reads the names of the Worker's secrets and
 * never a value. Exit code 0: ready, or deployed; 1: something stands in the way, or failed.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { keyIdOf } from '../site/campaign.ts';
import { stopAtMistakes } from '../site/check/content.ts';
import { readDevelopmentKey } from '../site/development.ts';
import { contentFolder, isExample, readSettings, type Settings } from '../site/settings.ts';
import { readPublished, readText } from '../site/texts.ts';
import { lacks, readTranslations, type Translation } from '../site/translations.ts';
import { askCount } from './ask-count.ts';
import {
  type AskedSecrets,
  type Finding,
  findings,
  type Plan,
  type Worker,
  workerFile,
  workerSchema,
} from './preflight.ts';
import { run, stay } from './run.ts';

const help = `npm run deploy -- [options]

  --yes         deploy; without it nothing is changed
  --out FOLDER  where to build the site (dist)
  --help        show this`;

/** No variable of a developer's shell, and no .env file, may reach what is deployed. */
const production = { UNDERSIGNED_LOCAL: '', CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: 'false' };
/** Secrets of this machine, and private keys. */
const neverDeployed = /^\.(dev\.vars|env)|\.private\.json$/;

async function deploy(): Promise<number> {
  const { help: asked, out, yes } = readArguments();
  if (asked) return tell(help);
  stopAtMistakes();
  const plan = await readPlan(contentFolder, new Date());
  const found = findings(plan);
  if (found.length > 0) return tell(describeFindings(found), 1);
  const { closes, host } = plan.settings;
  if (closes < plan.today)
    console.log(
      `The last day was ${closes}: the pages say that the campaign has ended, and nobody can sign.`,
    );
  console.log(`Building ${host} into ${out} …`);
  const count = await askCount(host, fetch);
  console.log(
    count === undefined
      ? 'No running campaign told its number: the pages show none until the next deployment.'
      : `The pages show the number of the running campaign: ${count}`,
  );
  const build = { ...production, UNDERSIGNED_COUNT: String(count ?? 0) };
  await run('astro', ['build', '--outDir', out], build);
  const upload = ['deploy', '-c', checkBuild(out), ...domainsFor(plan)];
  const rehearsal = await run('wrangler', [...upload, '--dry-run']);
  console.log(describeSize(out, rehearsal));
  // The database is ready before the Worker that needs it.
  const commands = [['d1', 'migrations', 'apply', 'DB', '--remote', '-c', workerFile], upload];
  if (!yes) return tell(describeCommands(commands));
  for (const command of commands) {
    console.log(`\n${written(command)}`);
    const code = await stay('wrangler', command);
    if (code !== 0)
      return tell(`\nThis failed (exit code ${code}), and nothing was run after it.`, 1);
  }
  return tell(
    `\nDeployed. Sign at ${plan.settings.host}/ and open it: npm run deliver -- --remote`,
  );
}

function readArguments() {
  const options = {
    yes: { type: 'boolean', default: false },
    out: { type: 'string', default: 'dist' },
    help: { type: 'boolean', default: false },
  } as const;
  return parseArgs({ options }).values;
}

/** What is about to be deployed, as this machine and Cloudflare know it. Throws on an unreadable file. */
async function readPlan(content: string, now: Date): Promise<Plan> {
  const settings = readSettings(content);
  const translations = readTranslations(content, settings);
  const developmentKey = readDevelopmentKey();
  const [worker, secrets] = await Promise.all([readWorker(), askSecrets()]);
  return {
    settings,
    worker,
    secrets,
    developmentKey: developmentKey && keyIdOf(developmentKey),
    promised: promisedDay(content),
    unpublished: readUnpublished(content, settings, translations),
    translations,
    today: now.toISOString().slice(0, 10),
  };
}

async function readWorker(): Promise<Worker> {
  // Wrangler is large: --help does without loading it.
  const { unstable_readConfig: readConfig } = await import('wrangler');
  return parseWorker(workerFile, readConfig({ config: workerFile }));
}

function readUnpublished(
  content: string,
  settings: Settings,
  translations: readonly Translation[],
): string[] {
  const published = readPublished(content).map((text) => text.version);
  return translations
    .filter((one) => lacks(one).length === 0)
    .map(({ language }) => readText(content, language, settings).version)
    .filter((version) => !published.includes(version));
}

/** Nobody has signed a text of the example campaign. */
function promisedDay(content: string): string | undefined {
  const signed = readPublished(content).filter(({ consent }) => !isExample(consent));
  return signed.map(({ deletedBy }) => deletedBy).sort()[0];
}

function parseWorker(file: string, described: unknown): Worker {
  const parsed = workerSchema.safeParse(described);
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

const secretsSchema = z.array(z.object({ name: z.string() }));

/** Asks Cloudflare for the names of the Worker's secrets; a Worker that is not there yet has none. */
async function askSecrets(): Promise<AskedSecrets> {
  try {
    const output = await run('wrangler', ['secret', 'list', '--format', 'json', '-c', workerFile]);
    const [list = ''] = /^\[[^]*\]$/m.exec(output) ?? [];
    return { ok: true, names: secretsSchema.parse(JSON.parse(list)).map((secret) => secret.name) };
  } catch (error) {
    const output = stripVTControlCharacters(messageOf(error));
    if (/Worker ".*" not found/.test(output)) return { ok: true, names: [] };
    if (output.includes('CLOUDFLARE_API_TOKEN'))
      return { ok: false, reason: 'nobody is logged in' };
    const [, reason = 'Wrangler gave no list'] =
      /^ *(.+ \[code: \d+\])$/m.exec(output) ?? /\[ERROR\] (.+?)\.?$/m.exec(output) ?? [];
    return { ok: false, reason };
  }
}

/** Takes local secrets out of the output and makes sure that it has a Worker; returns its config file. */
function checkBuild(out: string): string {
  rmSync(join(out, 'server/.dev.vars'), { force: true }); // the adapter copies it for `astro preview`
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' });
  const secret = files.filter((file) => neverDeployed.test(basename(file)));
  if (secret.length > 0) throw new Error(`${out} holds ${secret.join(', ')}: not to be deployed.`);
  const config = join(out, 'server/wrangler.json');
  parseWorker(config, JSON.parse(readFileSync(config, 'utf8')));
  return config;
}

/** The hosts are named in campaign.yaml alone, unless wrangler.toml routes them. */
function domainsFor({ settings, worker }: Plan): string[] {
  const hosts = settings.formHost ? [settings.host, settings.formHost] : [settings.host];
  return hosts.flatMap((host) => {
    const { hostname } = new URL(host);
    const routed = worker.routes.some((route) => route.startsWith(hostname));
    return routed ? [] : ['--domain', hostname];
  });
}

function describeFindings(found: readonly Finding[]): string {
  const list = found.map(({ what, mend }, place) =>
    [`${String(place + 1).padStart(2)}. ${what}`, ...mend.split('\n')].join('\n    '),
  );
  const heading = `Not ready to deploy, and nothing was changed. In the way: ${found.length}`;
  return [heading, ...list, 'Then run `npm run deploy` again.'].join('\n\n');
}

function describeSize(out: string, rehearsal: string): string {
  const [, size = 'unknown'] = /Total Upload: (.+)/.exec(stripVTControlCharacters(rehearsal)) ?? [];
  const files = readdirSync(join(out, 'client'), { recursive: true, encoding: 'utf8' });
  const pages = files.filter((file) => file.endsWith('.html')).length;
  return `Wrangler would take it.\n\n  Worker  ${size}\n  Pages   ${pages}`;
}

function describeCommands(commands: readonly string[][]): string {
  const lines = commands.map((command) => `  ${written(command)}`);
  return `\nA deployment runs:\n${lines.join('\n')}\n\nNothing was changed. To deploy: npm run deploy -- --yes`;
}

function written(command: readonly string[]): string {
  return `npx wrangler ${command.join(' ')}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function tell(text: string, exitCode = 0): number {
  console.log(text);
  return exitCode;
}

try {
  process.exitCode = await deploy();
} catch (error) {
  console.error(`${messageOf(error)}\nTo see the options: npm run deploy -- --help`);
  process.exitCode = 1;
}
