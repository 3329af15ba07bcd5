/**
 * One cold visit by a reader who waits for nothing: as soon as the form has its script, it is filled and
 * sent. The clock is the page's own, from the start of the navigation.
 */
import type { Browser } from 'playwright-core';

/** Milliseconds from the start of the navigation; `stamping` is the part of `signed` spent on the stamp. */
export type Times = { painted: number; usable: number; signed: number; stamping: number };

const patience = 90_000;

/** Opens the page with nothing cached and signs. Throws when that takes more than a minute and a half. */
export async function measure(browser: Browser, address: string): Promise<Times> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(address, { waitUntil: 'commit', timeout: patience });
    return await page.evaluate(signAtOnce, patience);
  } finally {
    await context.close();
  }
}

/** Runs in the page, from its first bytes on. */
async function signAtOnce(patience: number): Promise<Times> {
  const times: Times = { painted: 0, usable: 0, signed: 0, stamping: 0 };
  const subtle = SubtleCrypto.prototype;
  const derive = subtle.deriveBits.bind(crypto.subtle);
  let begun: number | undefined;
  // Nothing but the stamp uses PBKDF2.
  subtle.deriveBits = async (algorithm, key, length) => {
    const isStamp = typeof algorithm === 'object' && algorithm.name === 'PBKDF2';
    if (isStamp) begun ??= performance.now();
    const bits = await derive(algorithm, key, length);
    if (isStamp) times.stamping = performance.now() - (begun ?? 0);
    return bits;
  };
  const until = async (holds: () => boolean): Promise<number> => {
    while (!holds()) {
      if (performance.now() > patience) throw new Error('The page was not signed in time');
      await new Promise((done) => setTimeout(done, 5));
    }
    return performance.now();
  };

  times.usable = await until(() => typeof document.forms[0]?.onsubmit === 'function');
  const field = (name: string) => document.querySelector<HTMLInputElement>(`form [name="${name}"]`);
  field('name')?.focus();
  for (const [name, value] of [
    ['name', 'Алесь Пушкін'],
    ['email', 'ales@example.org'],
  ] as const) {
    const input = field(name);
    if (input) input.value = value;
    input?.dispatchEvent(new Event('input', { bubbles: true }));
  }
  field('consent')?.click();
  document.querySelector<HTMLButtonElement>('form button:not([type])')?.click();
  times.signed = await until(() => !!document.querySelector('#status code')?.textContent);
  times.painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN;
  return times;
}
