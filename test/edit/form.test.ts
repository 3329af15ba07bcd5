import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMap, isScalar, parseDocument } from 'yaml';
import type { Field } from '../../src/edit/fields.ts';
import { makeForm } from '../../src/edit/form.ts';

const content = 'src/content';
const { collections } = makeForm(content);
const forms = collections.flatMap((one) => ('files' in one ? one.files : []));

/** The names of the fields, nested ones with dots, as `form/level`. */
function namesOf(fields: readonly Field[], above = ''): string[] {
  return fields.flatMap(({ name, fields: nested }) =>
    nested ? namesOf(nested, `${above}${name}/`) : `${above}${name}`,
  );
}

/** The keys of a file, in the same way. */
function keysOf(map: unknown, above = ''): string[] {
  if (!isMap(map)) return [above.slice(0, -1)];
  return map.items.flatMap(({ key, value }) =>
    keysOf(value, `${above}${isScalar(key) ? String(key.value) : ''}/`),
  );
}

function readKeys(file: string): string[] {
  const text = readFileSync(join(content, file), 'utf8');
  const [, head = text] = /^---\n([\s\S]*?)\n---\n/.exec(text) ?? [];
  return [...keysOf(parseDocument(head).contents), ...(file.endsWith('.md') ? ['body'] : [])];
}

/** A field of a file, by its path. */
function fieldAt(file: string, ...names: string[]): Field | undefined {
  let fields = forms.find((form) => form.file === file)?.fields;
  for (const name of names.slice(0, -1)) fields = fields?.find((one) => one.name === name)?.fields;
  return fields?.find((one) => one.name === names.at(-1));
}

describe('the form', () => {
  it.each(forms.map(({ file, fields }) => [file, fields] as const))(
    'has a field for everything in %s but the keys and the name inside the signatures',
    (file, fields) => {
      const keys = readKeys(file).filter((key) => !['id', 'keys'].includes(key));
      expect(namesOf(fields)).toEqual(expect.arrayContaining(keys));
    },
  );

  it('offers neither the name inside the signatures nor the keys', () => {
    expect(fieldAt('campaign.yaml', 'id')).toBeUndefined();
    expect(fieldAt('campaign.yaml', 'keys')).toBeUndefined();
  });

  it('says to a translator what a word is for, and what it translates', () => {
    expect(fieldAt('en/words.yaml', 'sign')?.hint).toMatch(/^The link that leads to the form/);
    expect(fieldAt('be/words.yaml', 'sign')?.hint).toMatch(/one word — Translates: Sign$/);
    expect(fieldAt('en/words.yaml', 'language')?.hint).toBe("The language's own name");
    expect(fieldAt('campaign.yaml', 'closes')?.hint).toMatch(/^The last day/);
  });

  it('asks for dates, choices and lists in fields made for them', () => {
    expect(fieldAt('campaign.yaml', 'closes')?.widget).toBe('datetime');
    expect(fieldAt('campaign.yaml', 'sharePicture')).toMatchObject({
      widget: 'select',
      options: ['title', 'neutral'],
    });
    expect(fieldAt('en/petition.md', 'demands')).toMatchObject({ widget: 'list', min: 1 });
    expect(fieldAt('en/petition.md', 'lead')).toMatchObject({ widget: 'text', required: true });
  });

  it('offers a language the plural forms that it has', () => {
    const formsOf = (language: string) =>
      fieldAt(`${language}/words.yaml`, 'progress', 'signed')?.fields?.map(({ name }) => name);
    expect(formsOf('en')).toEqual(['one', 'other']);
    expect(formsOf('ar')).toHaveLength(6);
  });
});
