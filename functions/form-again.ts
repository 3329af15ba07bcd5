/**
 * The page that asks a visitor to mend a plain form: every entry kept, a summary of what is wrong, a
 * message at each field. It fills a prerendered page; the words are there.
 */
import type { Entries, Problem } from '../src/signature/entries.ts';
import { answerPage, asAttribute } from './answer.ts';
import type { Bindings } from './environment.ts';

/** A message key: what is wrong with an entry, or with the form as a whole. */
export type FormProblem =
  | Problem
  | 'text.changed'
  | `form.${'long' | 'repeated' | 'full' | 'unavailable' | 'closed' | 'large'}`;

/** The form again: entries kept, a summary of what to mend, a message at each field. */
export function formAgain(
  bindings: Bindings,
  request: Request,
  language: string,
  status: number,
  problems: FormProblem[],
  entries?: Entries,
): Promise<Response> {
  const shown = new Set<string>(firstPerField(problems));
  const faulty = new Set(Array.from(shown, fieldOf));
  const rewriter = new HTMLRewriter()
    .on('[data-problem]', {
      element: (message) => {
        if (!shown.has(message.getAttribute('data-problem') ?? '')) message.remove();
      },
    })
    .on('form input', {
      element: (input) => {
        const name = input.getAttribute('name') ?? '';
        if (entries) keep(input, name, entries);
        if (!faulty.has(name)) return;
        input
          .setAttribute('aria-invalid', 'true')
          .setAttribute('aria-describedby', `${name}-error`);
      },
    });
  return answerPage(
    bindings.ASSETS,
    new URL(`/${language}/answer/form/`, request.url),
    status,
    rewriter,
  );
}

function keep(input: RewrittenElement, name: string, entries: Entries): void {
  if (name === 'level') {
    input.removeAttribute('checked');
    if (input.getAttribute('value') === entries.level) input.setAttribute('checked', '');
  }
  if (name === 'name' || name === 'email' || name === 'country')
    input.setAttribute('value', asAttribute(entries[name]));
  // A consent is given anew whenever the text or the entries changed; the wish for news is kept.
  if (name === 'news' && entries.news) input.setAttribute('checked', '');
}

function firstPerField(problems: FormProblem[]): FormProblem[] {
  return problems.filter(
    (problem, index) => problems.findIndex((one) => fieldOf(one) === fieldOf(problem)) === index,
  );
}

function fieldOf(problem: string): string {
  return problem.slice(0, problem.indexOf('.'));
}
