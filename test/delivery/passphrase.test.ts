import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askPassphrase, choosePassphrase } from '../../src/delivery/passphrase.ts';
import { readCode } from '../../src/signature/code.ts';

/** A terminal on which somebody answers each question with the next of these. */
function sitAt(...answers: string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    if (shown.endsWith(': ')) setImmediate(() => input.write(answers.shift() ?? '\x03'));
  });
  return { terminal: { input, output }, shown: () => shown };
}

describe('a passphrase on the terminal', () => {
  it('is typed, corrected and taken without being shown', async () => {
    const { terminal, shown } = sitAt('correct  horsx\x7fe battery\r');
    expect(await askPassphrase(undefined, terminal).passphrase('a/key.age', 3)).toBe(
      'correct  horse battery',
    );
    expect(shown()).toBe('Passphrase of key.age: \n');
  });

  it('of a new key has at least 12 characters', async () => {
    const { terminal, shown } = sitAt('eleven char\r', 'twelve chars\r');
    expect(await choosePassphrase(undefined, terminal)).toBe('twelve chars');
    expect(shown()).toMatch(/Too short/);
    expect(shown()).not.toMatch(/eleven|twelve/);
  });

  it('is drawn for an empty answer, shown once, and taken in any way of typing it', async () => {
    const { terminal, shown } = sitAt('\r');
    const drawn = await choosePassphrase(undefined, terminal);
    expect(readCode(drawn)).toHaveLength(27);
    expect(shown().split(drawn)).toHaveLength(2);
    const again = sitAt(`${drawn.toLowerCase().replaceAll('-', ' ')}\r`);
    expect(await askPassphrase(undefined, again.terminal).passphrase('key.age', 3)).toBe(drawn);
  });

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('is not waited for after %s', async (_, key) => {
    const { terminal } = sitAt(key);
    await expect(choosePassphrase(undefined, terminal)).rejects.toThrow(/Nothing was changed/);
  });
});

describe('a passphrase file', () => {
  it('that is not there or empty is told', async () => {
    const missing = () => askPassphrase('/nowhere/passphrase').passphrase('key.age', 1);
    await expect(async () => missing()).rejects.toThrow(/Could not read the passphrase file/);
    const empty = () => askPassphrase('/dev/null').passphrase('key.age', 1);
    await expect(async () => empty()).rejects.toThrow(/is empty/);
  });
});
