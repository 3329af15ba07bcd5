/** The archive of published texts, which nobody edits. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Mistake } from './mistake.ts';
import { publishedSchema, versionOf } from '../texts.ts';

/** Every published text that no longer is what it was when somebody signed it. */
export function checkPublished(content: string): Mistake[] {
  const folder = join(content, 'published');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name))
    .filter((file) => !isUnchanged(file))
    .map((file) => ({
      file,
      what: 'This text was changed after it was published; somebody may have signed it as it was.',
      mend: { how: `Restore it: git checkout -- ${file}`, lines: [], over: 0 },
    }));
}

function isUnchanged(file: string): boolean {
  try {
    const text = publishedSchema.parse(parse(readFileSync(file, 'utf8').replaceAll('\r\n', '\n')));
    return versionOf(text.language, text.petition, text.consent) === text.version;
  } catch {
    return false;
  }
}
