import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchEditor } from '../../src/edit/fetch-editor.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'editor-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('fetching the editor', () => {
  it('says what to do when this machine is not connected, and leaves nothing behind', async () => {
    vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9');
    await expect(fetchEditor(folder)).rejects.toThrow(/connected to the internet\?.*npm run edit/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('throws away what is not the editor that this project knows', async () => {
    await expect(fetchEditor(folder, 'sha512-another')).rejects.toThrow(/thrown away/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
