/** Children that work by turns: while one has the machine, the others stand still. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Step, Told } from './child.ts';

export type Runner = Awaited<ReturnType<typeof startRunner>>;

/** Starts a step and stops it where its work begins; it works only while it has its turn. */
export async function startRunner(step: Step, ...options: string[]) {
  const child = fork(new URL('./child.ts', import.meta.url), [step, ...options]);
  let last: Told | undefined;
  let [seconds, begun] = [0, NaN];
  const rates: number[] = [];
  child.on('message', (told: Told) => (last = told));
  const ended = once(child, 'exit');
  // What stands still does not hear that it is alone.
  process.on('exit', () => child.kill('SIGKILL'));
  await Promise.race([once(child, 'message'), ended]);
  await stop(child);
  return {
    rates,
    /** Seconds of all turns. */
    seconds: () => seconds + (Number.isNaN(begun) ? 0 : (performance.now() - begun) / 1000),
    told: (): Told => last ?? { done: 0, peak: 0, over: false },
    /** Lets it work for so many milliseconds, or to its end. True while there is more to do. */
    turn: async (milliseconds: number, watch?: () => void): Promise<boolean> => {
      const before = last?.done ?? 0;
      begun = performance.now();
      const watching = setInterval(() => watch?.(), 250);
      child.kill('SIGCONT');
      await Promise.race([wait(milliseconds, undefined, { ref: false }), ended]);
      const taken = (performance.now() - begun) / 1000;
      clearInterval(watching);
      if (child.exitCode === null && child.signalCode === null) await stop(child);
      else if (!last?.over) throw new Error(`${step} failed`);
      [seconds, begun] = [seconds + taken, NaN];
      rates.push(((last?.done ?? 0) - before) / taken);
      return !last?.over;
    },
    end: () => child.kill('SIGKILL'),
  };
}

/** Stops it, and waits for what it told before. */
async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGSTOP');
  await wait(50);
}
