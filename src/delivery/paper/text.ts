/** Which text was printed on a sheet: nobody is handed over under a text that they did not sign. */
import type { PublishedText } from '../../site/texts.ts';
import type { FindText } from './lines.ts';

/**
 * Finds a text by its version, or by a language that has one text alone. `usual` stands for a line that names
 * none.
 */
export function textFinder(texts: readonly PublishedText[], usual: string): FindText {
  const versions = new Map(texts.map(({ version, language }) => [version, language]));
  return (named) => {
    const text = named === '' ? usual : named;
    if (versions.has(text)) return { version: text };
    const found = Array.from(versions).flatMap(([version, language]) =>
      language === text ? [version] : [],
    );
    const [version, ...others] = found;
    if (version === undefined)
      return {
        fault:
          text === '' ? 'no text is named: add --text be, or a column' : 'there is no such text',
      };
    if (others.length === 0) return { version };
    return {
      fault: `there are several in this language. Compare the sheet with src/content/published, and name one of ${found.join(', ')}`,
    };
  };
}
