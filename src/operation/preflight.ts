/**
 * What stands between a campaign and its deployment: example values, development and test keys, missing
 * ids and secrets. Knows a secret by its name, never by its value. Changes nothing and asks nobody:
 * `npm run deploy` reads the plan and prints the findings.
 */
import { z } from 'zod';
import { keyIdOf } from '../site/campaign.ts';
import { isOver } from '../signature/closing.ts';
import { isExample, type Settings } from '../site/settings.ts';
import { lacks, staleFiles, type Translation } from '../site/translations.ts';

/** Every command names this file: a build leaves a note that sends Wrangler to the last output. */
export const workerFile = 'wrangler.toml';

/** What nobody can own (RFC 2606, RFC 6761), workers.dev, a bare name, an IP address, a port. */
const notYourDomain =
  /(^|\.)(example|test|invalid|localhost|local|workers\.dev)$|^[^.]+$|^[\d.]+$|:/;
/** developers.cloudflare.com/turnstile/troubleshooting/testing */
const testSiteKey = /^[123]x0{10}/;
/** An id that is missing counts too: Wrangler would make the thing itself, outside the EU. */
const noId = /^[0-]*$/;

const drawPepper = `node -e "process.stdout.write(require('crypto').randomBytes(32).toString('base64url'))"`;
/** The secrets that functions/environment.ts asks for, and how each one is set. */
const secretMends = {
  PEPPER: `Draw one. Nobody needs to see it, and it must stay: with another one the same address counts twice.
  ${drawPepper} | npx wrangler secret put PEPPER -c ${workerFile}`,
  TURNSTILE_SECRET: `Copy the secret key of your widget (dashboard, Turnstile) and paste it where this asks for it.
  npx wrangler secret put TURNSTILE_SECRET -c ${workerFile}`,
} as const;

const switchSchema = z.object({ enabled: z.boolean().default(false) });
const routeSchema = z.union([
  z.string(),
  z.object({ pattern: z.string() }).transform((route) => route.pattern),
]);
const queueSchema = z.object({ queue: z.string(), dead_letter_queue: z.string().optional() });

/** What a deployment depends on in wrangler.toml; `main` only matters in what a build makes of it. */
export const workerSchema = z.object({
  main: z.string(),
  workers_dev: z.boolean().default(false),
  preview_urls: z.boolean().default(false),
  routes: z.array(routeSchema).default([]),
  vars: z.record(z.string(), z.unknown()).default({}),
  observability: z
    .object({ enabled: z.boolean().default(true), logs: switchSchema, traces: switchSchema })
    .partial({ logs: true, traces: true })
    .default({ enabled: true }), // on unless it is switched off
  logpush: z.boolean().default(false),
  tail_consumers: z.array(z.unknown()).default([]),
  d1_databases: z.array(
    z.object({ database_name: z.string(), database_id: z.string().default('') }),
  ),
  kv_namespaces: z.array(z.object({ binding: z.string(), id: z.string().default('') })),
  queues: z.object({ producers: z.array(queueSchema), consumers: z.array(queueSchema) }),
});

export type Worker = z.output<typeof workerSchema>;

/** The names of the secrets that are set, or why they could not be asked for. */
export type AskedSecrets = { ok: true; names: string[] } | { ok: false; reason: string };

/** What is about to be deployed. */
export type Plan = {
  settings: Settings;
  worker: Worker;
  secrets: AskedSecrets;
  /** Id of the key that `npm start` made on this machine. */
  developmentKey: string | undefined;
  /** The first day by which people were promised that everything is deleted; undefined where nobody was. */
  promised: string | undefined;
  /** Text versions that are not in the archive. */
  unpublished: string[];
  /** How far each language is, and who checked it. */
  translations: Translation[];
  /** As 2027-06-30. */
  today: string;
};

/** Something in the way, and how to mend it; an indented line of the mend is a command. */
export type Finding = { what: string; mend: string };

/** Everything that stands in the way; empty when the campaign may be deployed. */
export function findings(plan: Plan): Finding[] {
  return [
    ...inOwner(plan.settings),
    ...inAddress(plan.settings),
    ...inPromises(plan),
    ...inTranslations(plan),
    ...inKeys(plan),
    ...inWorker(plan.worker),
    ...inPrivacy(plan.worker),
    ...inSecrets(plan),
  ];
}

function inOwner({ controller, authority }: Settings): Finding[] {
  return [
    ...refuse(
      isExample(controller.name),
      `controller.name is still an example: ${controller.name}.`,
      `Write who runs the campaign into campaign.yaml. The consent names them, so publish it anew:
  npm run publish-texts`,
    ),
    ...refuse(
      notYourDomain.test(controller.contact.replace(/^.*@/, '')),
      `controller.contact is still an example: ${controller.contact}.`,
      'Write an e-mail address that somebody reads into campaign.yaml.',
    ),
    ...refuse(
      isExample(authority),
      `authority is still an example: ${authority}.`,
      'Write the data protection authority of your country into campaign.yaml.',
    ),
  ];
}

function inAddress({ host, turnstileSiteKey }: Settings): Finding[] {
  return [
    ...refuse(
      notYourDomain.test(new URL(host).host),
      `host is not a domain of yours: ${host}.`,
      'Write the address of the campaign into campaign.yaml. Its domain must be in your Cloudflare account (dashboard, Domains).',
    ),
    ...refuse(
      testSiteKey.test(turnstileSiteKey),
      `turnstileSiteKey is Cloudflare's test key, which checks nobody: ${turnstileSiteKey}.`,
      'Make a widget for your host (dashboard, Turnstile) and write its site key into campaign.yaml.',
    ),
  ];
}

function inPromises({
  settings: { deletedBy },
  promised = deletedBy,
  unpublished,
}: Plan): Finding[] {
  return [
    ...refuse(
      promised < deletedBy,
      `deletedBy is ${deletedBy}, and published texts promise ${promised}: whoever signed one of those would be kept longer than they agreed to.`,
      `Write ${promised} or an earlier day into campaign.yaml. A new campaign has an id of its own and begins with an empty folder src/content/published.`,
    ),
    ...refuse(
      unpublished.length > 0,
      `The petition or the consent was changed and not published: ${unpublished.join(', ')}.`,
      `Whoever signs must be able to find what they signed. Archive the new versions:
  npm run publish-texts`,
    ),
  ];
}

function inTranslations({ settings, translations }: Plan): Finding[] {
  const incomplete = translations.filter((one) => lacks(one).length > 0);
  const stale = translations.filter((one) => staleFiles(one).length > 0);
  const unchecked = translations.filter((one) => !one.checked?.current);
  const perLanguage = (some: Translation[], options: (language: string) => string) =>
    some.map(({ language }) => `\n  npm run translations -- ${options(language)}`).join('');
  return [
    ...refuse(
      incomplete.length > 0,
      `Not everything is written: ${namesOf(incomplete)}.`,
      `To see what is missing, and how a language is published half-translated:
  npm run translations`,
    ),
    ...refuse(
      stale.length > 0,
      `Nobody has said that these say the same as ${settings.defaultLanguage} as it stands now: ${namesOf(stale)}.`,
      `Bring them up to date, then say so:${perLanguage(stale, (language) => `--confirm ${language}`)}`,
    ),
    ...refuse(
      unchecked.length > 0,
      `No native speaker has checked warning and consent as they stand: ${namesOf(unchecked)}.`,
      `A mistake there can endanger people. Let somebody who grew up with the language read them, then write down who did:${perLanguage(unchecked, (language) => `--checked ${language} --by "Name"`)}`,
    ),
  ];
}

function namesOf(translations: readonly Translation[]): string {
  return translations.map(({ language }) => language).join(', ');
}

function inKeys({ settings, developmentKey }: Plan): Finding[] {
  const current = settings.keys.filter((key) => key.status === 'current').length;
  const development = settings.keys.some((key) => keyIdOf(key.publicKey) === developmentKey);
  return [
    ...refuse(
      current === 0,
      'There is no current key: nothing could be sealed, so nobody could sign.',
      `Make one, on the machine where the signatures will be opened:
  npm run keys`,
    ),
    ...refuse(
      current > 1,
      `There are ${current} current keys, and pages seal to one.`,
      'In campaign.yaml leave one of them current and set the others to accepted.',
    ),
    ...refuse(
      development,
      `A key in campaign.yaml is the development key of this machine: ${developmentKey ?? ''}.`,
      `Take it out of campaign.yaml, and make the campaign's own:
  npm run keys`,
    ),
  ];
}

/** The first set-up: what has to be made once in the Cloudflare account. */
function inWorker({ d1_databases, kv_namespaces, queues }: Worker): Finding[] {
  const queueNames = [...queues.producers, ...queues.consumers]
    .flatMap((queue) => [queue.queue, queue.dead_letter_queue ?? queue.queue])
    .filter((name, place, names) => names.indexOf(name) === place);
  const makeQueues = queueNames.map(
    (name) => `\n  npx wrangler queues create ${name} --jurisdiction eu -c ${workerFile}`,
  );
  return [
    ...d1_databases.flatMap((database) =>
      refuse(
        noId.test(database.database_id),
        `${workerFile} has no database_id for ${database.database_name}.`,
        `Make the database and the queues, where signatures wait when it fails, and write the id that the first command prints into ${workerFile}:
  npx wrangler d1 create ${database.database_name} --jurisdiction eu -c ${workerFile}${makeQueues.join('')}`,
      ),
    ),
    ...kv_namespaces.flatMap((namespace) =>
      refuse(
        noId.test(namespace.id),
        `${workerFile} has no id for the KV namespace ${namespace.binding}.`,
        `Make it, and write the id that this prints into ${workerFile}:
  npx wrangler kv namespace create ${namespace.binding} -c ${workerFile}`,
      ),
    ),
  ];
}

function inPrivacy(worker: Worker): Finding[] {
  const { enabled, logs, traces } = worker.observability;
  const tailed = worker.tail_consumers.length > 0;
  const recorders = [enabled, logs?.enabled, traces?.enabled, worker.logpush, tailed];
  const readable = Object.keys(secretMends).filter((name) => name in worker.vars);
  return [
    ...refuse(
      recorders.includes(true),
      `${workerFile} lets Cloudflare keep logs, with the addresses of those who sign.`,
      'Under [observability] set enabled = false, and take out logs, traces, logpush and tail_consumers.',
    ),
    ...refuse(
      worker.workers_dev || worker.preview_urls,
      `${workerFile} opens a second address, on workers.dev.`,
      'Set workers_dev = false and take out preview_urls: pages post to the host in campaign.yaml alone.',
    ),
    ...refuse(
      readable.length > 0,
      `${workerFile} holds ${readable.join(' and ')} where everybody can read it.`,
      'Take it out of [vars]. It is known now: make another one, as a secret.',
    ),
  ];
}

function inSecrets({ secrets, settings, today }: Plan): Finding[] {
  if (!secrets.ok)
    return refuse(
      true,
      `Could not ask whether ${Object.keys(secretMends).join(' and ')} are set: ${secrets.reason}.`,
      `Log in to Cloudflare (without a browser here: add --device), or set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID:
  npx wrangler login`,
    );
  // Nothing can be stored any more: `npm run close` deletes the pepper.
  if (isOver(settings.closes, today)) return [];
  return Object.entries(secretMends).flatMap(([name, mend]) =>
    refuse(!secrets.names.includes(name), `The secret ${name} is not set.`, mend),
  );
}

function refuse(when: boolean, what: string, mend: string): Finding[] {
  return when ? [{ what, mend }] : [];
}
