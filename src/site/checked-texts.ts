/**
 * The texts that can endanger somebody when they are wrong: warning, levels, consent, code. A native
 * speaker checks them in each language. The source's words.yaml marks them for translators.
 */
import { stateOf } from './translation.ts';
import { leavesOf } from './word-tree.ts';

/** A key of words.yaml, or a group of keys. */
export const checkedTexts = [
  'warning',
  'form.count',
  'form.initials',
  'form.name',
  'form.leavesEu',
  'form.emailHint',
  'form.consent',
  'form.news',
  'form.plain',
  'answer.signed',
  'answer.handed',
  'told.held',
  'code',
  'carry.offer',
  'carry.warning',
  'keep.warning',
  'mirror.note',
  'share.warning',
  'paper.warning',
  'letter',
] as const;

/** Whether a native speaker checks the text with this path. */
export function isChecked(path: string): boolean {
  return checkedTexts.some((checked) => path === checked || path.startsWith(`${checked}.`));
}

/** The state of exactly these texts in a language: another one when any of them changes. */
export function checkedState(language: string, words: unknown): string {
  const texts = leavesOf(words).filter(({ path }) => isChecked(path));
  const sorted = texts.sort((one, other) => (one.path < other.path ? -1 : 1));
  return stateOf(JSON.stringify([language, sorted]));
}
