import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, type Desk } from '../../src/edit/answer.ts';

const origin = 'http://localhost:4322';
const content = mkdtempSync(join(tmpdir(), 'content-'));
const desk: Desk = {
  content,
  origin,
  pageOrigin: 'http://localhost:4321',
  editor: 'package.json',
  script: '',
  saved: () => undefined,
};
beforeAll(() => cpSync('src/content', content, { recursive: true }));
afterAll(() => rmSync(content, { recursive: true }));

function ask(action: string, params: object, from = origin, at = origin): Promise<Response> {
  const body = JSON.stringify({ action, params });
  return answer(
    new Request(`${at}/api`, { method: 'POST', headers: { origin: from }, body }),
    desk,
  );
}
const saving = (path: string) => ({ dataFiles: [{ path, raw: '---\ntitle: X\n---\n\nX\n' }] });

describe('the server of the form', () => {
  it('reads and saves a text of the content folder', async () => {
    expect((await ask('persistEntry', saving('en/privacy.md'))).status).toBe(200);
    expect(readFileSync(join(content, 'en/privacy.md'), 'utf8')).toContain('title: X');
    const read = await ask('getEntry', { path: 'en/privacy.md' });
    expect(await read.text()).toContain('title: X');
  });

  it('takes nothing from another site that is open in the same browser', async () => {
    const before = readFileSync(join(content, 'en/safety.md'), 'utf8');
    for (const [from, at] of [
      ['https://elsewhere.example', origin],
      ['', origin],
      ['http://elsewhere.example:4322', 'http://elsewhere.example:4322'],
    ] as const)
      expect((await ask('persistEntry', saving('en/safety.md'), from, at)).status).toBe(403);
    expect(readFileSync(join(content, 'en/safety.md'), 'utf8')).toBe(before);
  });

  it('shows nothing under another host name', async () => {
    const request = new Request('http://elsewhere.example:4322/form');
    expect((await answer(request, desk)).status).toBe(403);
  });

  it.each(['../outside.md', 'en/../../outside.md', 'published/x.yaml', '/etc/passwd', 'en/x.md'])(
    'neither reads nor writes %s, which is no file of the form',
    async (path) => {
      expect((await ask('persistEntry', saving(path))).status).toBe(422);
      expect((await ask('getEntry', { path })).status).toBe(422);
      expect(existsSync(join(content, path)) && path !== '/etc/passwd').toBe(false);
    },
  );

  it('deletes news, and no other text', async () => {
    const news = 'en/updates/2020-08-05-handed-over.md';
    await ask('persistEntry', saving(news));
    expect(existsSync(join(content, news))).toBe(true);
    expect((await ask('deleteFiles', { paths: [news] })).status).toBe(200);
    expect(existsSync(join(content, news))).toBe(false);
    expect((await ask('deleteFiles', { paths: ['en/petition.md'] })).status).toBe(422);
    expect(existsSync(join(content, 'en/petition.md'))).toBe(true);
  });
});
