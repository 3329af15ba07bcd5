/**
 * `npm run relay`: a volunteer lends a campaign a second door on a domain of their own. Rehearses the
 * upload of functions/relay; changes nothing at Cloudflare unless it is told `--yes`. Exit code 0:
 * ready, or deployed; 1: something stands in the way, or failed.
 */
import { parseArgs } from 'node:util';
import { contentFolder, domainOf, readSettings } from '../site/settings.ts';
import { run, stay } from './run.ts';

const help = `npm run relay -- [options]

  --yes           deploy; without it nothing is changed
  --domain NAME   a domain of your own, such as relay.your-name.org; without it, one of workers.dev
  --host URL      the campaign's address (the one in campaign.yaml)
  --help          show this`;

const relayFile = 'functions/relay/wrangler.toml';

async function relay(): Promise<number> {
  const { help: asked, yes, domain, host } = readArguments();
  if (asked) return tell(help);
  const fault = findFault(host, domain);
  if (fault) return tell(fault, 1);
  const own = domain === undefined ? [] : ['--domain', domain];
  const upload = ['deploy', '-c', relayFile, '--var', `HOST:${host}`, ...own];
  await run('wrangler', [...upload, '--dry-run']);
  const written = `npx wrangler ${upload.join(' ')}`;
  if (!yes)
    return tell(`Wrangler would take it. A deployment runs:
  ${written}

Nothing was changed. To deploy, run this again with --yes`);
  const code = await stay('wrangler', upload);
  if (code !== 0) return tell(`\nThis failed (exit code ${code}): ${written}`, 1);
  return tell(`\nDeployed. Tell the campaigner its address; they enter it in campaign.yaml:
  relay: ${domain === undefined ? 'https://… (the address above)' : `https://${domain}`}`);
}

function readArguments() {
  const options = {
    yes: { type: 'boolean', default: false },
    domain: { type: 'string' },
    host: { type: 'string' },
    help: { type: 'boolean', default: false },
  } as const;
  const { host, ...chosen } = parseArgs({ options }).values;
  return { ...chosen, host: host ?? readSettings(contentFolder).host };
}

/** Why this relay would be of no use; undefined when it may be deployed. */
function findFault(host: string, domain: string | undefined): string | undefined {
  if (!host.startsWith('https://') || URL.parse(host)?.origin !== host)
    return `--host is an address such as https://sign.example.org, with nothing behind it: ${host}`;
  if (host.endsWith('.example'))
    return `campaign.yaml has no campaign's address yet: ${host}
Name the one you lend a door to: npm run relay -- --host https://…`;
  if (domain === undefined) return undefined;
  const url = `https://${domain}`;
  if (URL.parse(url)?.hostname !== domain) return `--domain is a bare name: ${domain}`;
  return domainOf(url) === domainOf(host)
    ? `${domain} is blocked together with ${host}: a relay needs a domain of its own.`
    : undefined;
}

function tell(text: string, exitCode = 0): number {
  console.log(text);
  return exitCode;
}

try {
  process.exitCode = await relay();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error('To see the options: npm run relay -- --help');
  process.exitCode = 1;
}
