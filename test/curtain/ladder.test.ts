import { describe, expect, it } from 'vitest';
import { productionSite } from '../sites.ts';
import { secret, startWorker } from '../worker.ts';
import { answerWhole } from './edge.ts';
import { openProxied } from './link.ts';
import { differs, visit } from './visit.ts';

/** The name that the page of the production site posts to. */
const { host } = new URL(productionSite.host);
const secrets = { PEPPER: 'Zm9yLXRlc3RzLW9ubHktbm90LWEtcmVhbC1wZXBwZXI', TURNSTILE_SECRET: secret };

describe('the ladder at the speed that visitors see', () => {
  it('replaces a connection that froze when the signature had arrived, and makes one signature', async () => {
    const worker = await startWorker({ dist: productionSite.dist, secrets });
    const link = await openProxied(worker, host);
    let posted = 0;
    link.edge.welcome({
      treat: async (stream, ask) => {
        if (posted++ > 0) return answerWhole(stream, ask);
        link.proxy.freeze();
        await ask();
      },
    });
    const seen = await visit(link.browser, `https://${host}/ru/`, { expectWhole: true });
    expect(seen.trouble).toBeUndefined();
    expect(seen.posts.filter((name) => name === host)).toHaveLength(2);
    // At least 8 seconds of patience and 12 of silence.
    expect(seen.signed).toBeGreaterThan(20_000);
    expect(await differs(await worker.rows(), seen.code ?? '')).toBeUndefined();
    await link.stop();
    await worker.stop();
  }, 120_000);
});
