/**
 * How far a long step is: a bar with rate and time left where a person watches, else a plain line at the
 * beginning, now and then, and at the end. Knows numbers alone.
 */
import bars from 'cli-progress';

/** Told how many of how many are done. */
export type Tell = (done: number, of: number) => void;

export type Progress = { tell: Tell; end: () => void };

/** Where progress is shown, and by which clock, in milliseconds. */
export type Screen = {
  stream: NodeJS.WriteStream;
  write: (line: string) => void;
  clock: () => number;
};

/** Between two plain lines, in milliseconds. */
const pause = 10_000;

/** Shows the progress of a step by its name, as "Opening". */
export function showProgress(name: string, screen: Screen): Progress {
  return screen.stream.isTTY ? showBar(name, screen) : tellLines(name, screen);
}

function showBar(name: string, { stream, clock }: Screen): Progress {
  const begun = clock();
  const bar = new bars.SingleBar({
    stream,
    hideCursor: null,
    clearOnComplete: true,
    etaBuffer: 100,
    barsize: 24,
    format: (options, { progress, value, total, eta }) => {
      const filled = bars.Format.BarFormat(progress, { ...options, ...shades });
      const left = value < total ? `, ${durationOf(eta)} left` : '';
      return `${name} ${filled} ${sayDone(value, total, clock() - begun)}${left}`;
    },
  });
  let started = false;
  return {
    tell: (done, of) => {
      if (!started) bar.start(of, done);
      started = true;
      bar.setTotal(of);
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}

const shades = { barCompleteString: '█'.repeat(24), barIncompleteString: '░'.repeat(24) };

function tellLines(name: string, { write, clock }: Screen): Progress {
  const begun = clock();
  let told = begun;
  let last: string | undefined;
  return {
    tell: (done, of) => {
      last = `${name}: ${sayDone(done, of, clock() - begun)}`;
      if (clock() - told < pause) return;
      told = clock();
      write(last);
      last = undefined;
    },
    end: () => {
      if (last !== undefined) write(last);
    },
  };
}

/** "1,200 of 3,000, 400 a second". */
function sayDone(done: number, of: number, milliseconds: number): string {
  const rate = milliseconds < 1000 ? '' : `, ${number((done / milliseconds) * 1000)} a second`;
  return `${number(done)} of ${number(of)}${rate}`;
}

function durationOf(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${Math.round(seconds)} s`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}
