/** Reads what the report shows from the opened signatures of this machine and from D1; numbers alone. */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Database } from '../database.ts';
import type { Secrets } from '../lock.ts';
import { readShown } from '../opened-file.ts';
import { readTallied } from '../paper/sql.ts';
import { sumUp, talliedSchema } from '../paper/tallied.ts';
import { arrivalsSchema } from '../review/bursts.ts';
import { readArrivals } from '../review/decide.ts';
import { countFigures, endedSchema, readEnded } from './figures.ts';
import { writeReport } from './page.ts';

/** The report as HTML. `opened` is up to date as of `fetched`. */
export async function report(
  campaign: string,
  database: Pick<Database, 'query'>,
  opened: DatabaseSync,
  secrets: Pick<Secrets, 'shown'>,
  fetched: Date,
): Promise<string> {
  const ended = endedSchema.parse(await database.query(readEnded));
  const arrivals = arrivalsSchema.parse(await database.query(readArrivals));
  const tallied = z.array(talliedSchema).parse(await database.query(readTallied));
  const figures = countFigures(readShown(opened, secrets), ended);
  const time = `${fetched.toISOString().slice(0, 16)}Z`;
  return writeReport(campaign, figures, arrivals, sumUp(tallied), time);
}
