/** Where the lines of a picture's title break, so that its letters are as large as the room allows. */

/** A room for text, in pixels; how large its letters may be; a line's height as a share of that. */
export type Room = { width: number; height: number; largest: number; lineHeight: number };

/** A word or a line, its width as a share of the size of the letters. */
export type Measured = { text: string; width: number };

/** Breaks words into lines and gives the size of the letters, in pixels; of equals the most even. */
export function breakLines(words: readonly Measured[], space: number, room: Room) {
  const runs = words.flatMap((_, from) =>
    words.slice(from).map((_, more) => joinWords(words.slice(from, from + more + 1), space)),
  );
  return runs
    .map(({ width }) => {
      const lines = fillLines(words, space, width);
      const widest = Math.max(...lines.map((line) => line.width));
      const height = lines.length * room.lineHeight;
      const size = Math.min(room.largest, room.width / widest, room.height / height);
      return { lines: lines.map(({ text }) => text), widest, size };
    })
    .reduce((best, next) =>
      next.size > best.size || (next.size === best.size && next.widest < best.widest) ? next : best,
    );
}

/** As many words on each line as the width takes, and at least one. */
function fillLines(words: readonly Measured[], space: number, width: number): Measured[] {
  return words.reduce<Measured[]>((lines, word) => {
    const last = lines.at(-1);
    const longer = last && joinWords([last, word], space);
    return longer && longer.width <= width ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
}

function joinWords(words: readonly Measured[], space: number): Measured {
  return {
    text: words.map(({ text }) => text).join(' '),
    width: words.reduce((sum, { width }) => sum + width, space * (words.length - 1)),
  };
}
