/**
 * After the provider has set a database back (D1's Time Travel): takes away once more what is known to have been
 * withdrawn or destroyed, and marks what was handed over.
 */
import { z } from 'zod';
import type { Lent } from '../backup/command.ts';
import type { RestoreOptions } from '../backup/options.ts';
import type { Database } from '../database.ts';
import { DeliveryError } from '../errors.ts';
import { sourceOf } from '../where.ts';
import { applyFinal, countReturned } from './apply.ts';
import { printAgain } from './print.ts';
import { closeAll, findSince } from './since.ts';

const openSchema = z.tuple([z.object({ open: z.int() })]);
const countOpen = 'SELECT COUNT(*) AS open FROM batch WHERE confirmed IS NULL';

/** Applies what is known, or says what would be applied; returns what to print. */
export async function withdrawAgain(chosen: RestoreOptions, lent: Lent): Promise<string[]> {
  const { id: campaign } = lent.settings;
  const wanted = { campaign, source: sourceOf(chosen), after: undefined, withdrawn: 0 };
  const known = await findSince(chosen, [], wanted, lent.progress);
  let database: Database | undefined;
  const progress = lent.progress('Withdrawing');
  try {
    database = await lent.openDatabase(chosen);
    if (openSchema.parse(await database.query(countOpen))[0].open > 0) throw open();
    let returned = 0;
    for (const [done, one] of Array.from(known.sources.entries()).reverse()) {
      returned = Math.max(returned, await countReturned(database, one));
      if (chosen.yes) await applyFinal(database, one);
      progress.tell(known.sources.length - done, known.sources.length);
    }
    return printAgain(known, returned, chosen.yes);
  } finally {
    progress.end();
    await database?.close();
    closeAll(known);
  }
}

function open(): DeliveryError {
  return new DeliveryError(
    'batch',
    'In this database a batch is being confirmed. Nothing was changed.',
    'Take it back: npm run deliver -- --drop. Then run this command again: where it was confirmed, its rows are marked then.',
  );
}
