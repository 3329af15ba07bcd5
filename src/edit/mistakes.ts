/** Below the form: what is wrong with what is saved, as the build would say it, and the way out. */
import { z } from 'zod';

/** src/site/check/mistake.ts, as it arrives in the browser. */
const mistakeSchema = z.object({
  file: z.string(),
  line: z.number().optional(),
  what: z.string(),
  mend: z.object({ how: z.string(), lines: z.array(z.string()) }).optional(),
});

type Mistake = z.output<typeof mistakeSchema>;

/** Asks for the present mistakes and shows them. */
export async function showMistakes(): Promise<void> {
  const mistakes = z.array(mistakeSchema).parse(await (await fetch('mistakes')).json());
  const bar = document.getElementById('mistakes');
  if (!bar) return;
  bar.className = mistakes.length > 0 ? 'some' : '';
  bar.replaceChildren(
    element(
      'p',
      mistakes.length > 0
        ? 'Saved, but the page cannot be published until this is mended:'
        : 'Nothing is wrong with what is saved.',
    ),
    ...mistakes.flatMap(describe),
  );
}

function describe({ file, line, what, mend }: Mistake): HTMLElement[] {
  const place = line === undefined ? file : `${file}, line ${line}`;
  const sentence = element('p', `${place}: ${what} ${mend?.how ?? ''}`);
  return mend && mend.lines.length > 0
    ? [sentence, element('pre', mend.lines.join('\n'))]
    : [sentence];
}

function element(name: 'p' | 'pre', text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
