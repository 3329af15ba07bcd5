import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askWord } from '../../src/delivery/typed-word.ts';

/** A terminal on which somebody types this, once asked. */
function sitAt(types: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    const isFirst = shown === '';
    shown += chunk.toString();
    if (isFirst) setImmediate(() => input.write(types));
  });
  return { terminal: { input, output }, shown: () => shown };
}

describe('a word that must be typed', () => {
  it('is shown while it is typed, and may be corrected', async () => {
    const { terminal, shown } = sitAt(' belarus-2021\x7f0\r');
    expect(await askWord('Type it: ', terminal)).toBe('belarus-2020');
    expect(shown()).toContain('Type it: ');
    expect(shown()).toContain('belarus-2021');
  });

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('is not waited for after %s', async (_, key) => {
    const { terminal } = sitAt(key);
    await expect(askWord('Type it: ', terminal)).rejects.toThrow(/Nothing was changed/);
  });

  it('cannot be piped in', async () => {
    const input = new PassThrough();
    input.end('belarus-2020\n');
    await expect(askWord('Type it: ', { input, output: new PassThrough() })).rejects.toThrow(
      /there is no terminal/,
    );
  });
});
