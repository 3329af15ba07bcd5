import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const port = 4000 + (process.pid % 900);
const origin = `http://localhost:${port}`;
const project = mkdtempSync(join(tmpdir(), 'undersigned-'));
let server: ChildProcess;

/** A copy of the project as a clone has it, so that nobody's own database is touched. */
beforeAll(async () => {
  for (const path of [
    'src',
    'functions',
    'public',
    'package.json',
    'tsconfig.json',
    'astro.config.mjs',
    'wrangler.toml',
  ])
    cpSync(path, join(project, path), { recursive: true });
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'));
  server = spawn('npm', ['start'], {
    cwd: project,
    env: { ...process.env, PORT: String(port) },
    detached: true,
  });
  await vi.waitUntil(
    () =>
      fetch(origin).then(
        () => true,
        () => false,
      ),
    { timeout: 90_000, interval: 500 },
  );
});
afterAll(() => {
  if (server.pid) process.kill(-server.pid);
  rmSync(project, { recursive: true, force: true });
});

const entered = { name: 'Zofia Przykładowa', email: 'zofia.przykladowa@example.org' };

async function sign(): Promise<string> {
  const page = await (await fetch(`${origin}/en/`)).text();
  const text = /name=text value=([\w-]+)/.exec(page)?.[1] ?? '';
  const answer = await fetch(`${origin}/en/sign`, {
    method: 'POST',
    body: new URLSearchParams({
      level: 'initials',
      country: 'Poland',
      consent: 'on',
      text,
      ...entered,
    }),
  });
  return answer.text();
}

function run(command: string, ...options: string[]): Promise<number | null> {
  const child = spawn('npm', ['run', command, '--', ...options], { cwd: project });
  return new Promise((done) => child.on('close', done));
}

const filesUnder = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('npm start, and then the way of a delivery as the README says it', () => {
  it('take a signature on one machine, let it count after a check, and hand it over', async () => {
    expect(await sign()).toContain('Withdrawal code');
    expect(await run('deliver', '--without-pdf')).toBe(0);
    expect(await run('deliver', '--confirm')).toBe(1);
    expect(await run('review', '--release', '--yes')).toBe(0);
    expect(await run('deliver')).toBe(0);
    expect(await run('deliver', '--confirm')).toBe(0);
    expect(await run('report')).toBe(0);
    const dossier = join(project, 'deliveries', 'batch-001', 'dossier');
    const csv = readFileSync(join(dossier, 'signatures.csv'));
    expect(parse(csv, { columns: true, bom: true })).toMatchObject([
      { level: 'initials', name: 'Z. P.', country: 'other' },
    ]);
    for (const name of ['dossier.pdf', 'names-001.pdf'])
      expect(readFileSync(join(dossier, name)).subarray(0, 5).toString()).toBe('%PDF-');
  }, 180_000);

  it('leave no name and no e-mail in the database, the build, or any other file beside the delivery', () => {
    for (const folder of ['.wrangler', 'dist', '.astro', '.keys'])
      for (const file of filesUnder(join(project, folder))) {
        const bytes = readFileSync(file);
        for (const word of [...entered.name.split(' '), entered.email, 'Zofia+', '%C5%82adowa'])
          expect(bytes.includes(word), `${word} in ${file}`).toBe(false);
      }
  });
});
