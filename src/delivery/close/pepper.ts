/**
 * The pepper of the deployed Worker, by the name of its secret: deletes it and asks whether it is gone. With
 * it goes the last way to test a guessed address against tags in old copies of the database.
 */
import { z } from 'zod';
import { runWrangler } from '../database.ts';
import { DeliveryError } from '../errors.ts';

const name = 'PEPPER';
const listSchema = z.array(z.object({ name: z.string() }));

/** What closing asks of the deployed Worker. */
export type Pepper = { isSet: () => Promise<boolean>; delete: () => Promise<void> };

export const deployedPepper: Pepper = {
  isSet: async () => {
    const { failed, output } = await runWrangler(['secret', 'list', '--format', 'json']);
    const [list = ''] = /^\[[^]*\]$/m.exec(output) ?? [];
    const parsed = failed ? undefined : listSchema.safeParse(JSON.parse(list || 'null'));
    if (parsed?.success) return parsed.data.some((secret) => secret.name === name);
    throw new DeliveryError(
      'database',
      `Cloudflare did not say whether the secret ${name} is there.`,
      'Are you logged in (`npx wrangler login`)? Then run this command again: it goes on where it stopped.',
    );
  },
  delete: async () => {
    // It asks back on a terminal; without one it takes "yes".
    const { failed } = await runWrangler(['secret', 'delete', name]);
    if (failed && (await deployedPepper.isSet()))
      throw new DeliveryError(
        'database',
        `The secret ${name} could not be deleted.`,
        `Delete it by hand: npx wrangler secret delete ${name}. Then run this command again.`,
      );
  },
};
