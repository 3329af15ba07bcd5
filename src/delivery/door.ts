/** The doors of deliver, review and report: what the world lends them, and how their end is told. */
import { contentFolder } from '../site/settings.ts';
import { explain } from './errors.ts';
import { type Progress, showProgress } from './progress.ts';
import type { Lent } from './source.ts';
import { readTerms } from './terms.ts';

/** What every command is lent; throws a DeliveryError where campaign.yaml has a mistake. */
export function lend(): Lent & { content: string } {
  const progress = (name: string): Progress =>
    showProgress(name, {
      stream: process.stderr,
      write: (line) => console.error(line),
      clock: () => performance.now(),
    });
  return { settings: readTerms(contentFolder), content: contentFolder, now: new Date(), progress };
}

/** Runs a command: prints what it says, or what failed and what to do next, and sets the exit code. */
export async function runAtDoor(
  command: (words: readonly string[]) => Promise<{ code: number; say: string }>,
): Promise<void> {
  try {
    const { code, say } = await command(process.argv.slice(2));
    console.log(say);
    process.exitCode = code;
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
