/** Before a build: the number that the running campaign publishes, so that the new pages hold it. */
import { z } from 'zod';

const countSchema = z.object({ count: z.int().nonnegative() });
const patience = 5000;

/** The published number of a campaign (its host as an origin); undefined where nobody tells one. */
export async function askCount(host: string, ask: typeof fetch): Promise<number | undefined> {
  try {
    const response = await ask(`${host}/api/count`, { signal: AbortSignal.timeout(patience) });
    return countSchema.parse(await response.json()).count;
  } catch {
    return undefined;
  }
}
