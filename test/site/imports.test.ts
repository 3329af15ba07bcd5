import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which folder may import from which: downstream only. */
const allowed: Record<string, string[]> = {
  'src/pages': ['src/components', 'src/page', 'src/site'],
  'src/components': ['src/components', 'src/site', 'src/page', 'src/styles', 'src/signature'],
  'src/page': ['src/page', 'src/signature'],
  'src/signature': ['src/signature'],
  'src/site': ['src/site', 'src/signature'],
  'src/delivery': ['src/delivery', 'src/site', 'src/signature'],
  'src/operation': ['src/operation', 'src/delivery', 'src/site', 'src/signature'],
  'src/mirror': [
    'src/mirror',
    'src/components',
    'src/page',
    'src/styles',
    'src/operation',
    'src/delivery',
    'src/site',
    'src/signature',
  ],
  'src/edit': ['src/edit', 'src/operation', 'src/site', 'src/signature'],
  functions: ['functions', 'src/signature'],
};

const files = ['src', 'functions']
  .flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name)),
  )
  .filter((file) => /\.(ts|astro)$/.test(file));

/** A file without its comments. */
const codeOf = (file: string) =>
  readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '');

const imports = files.flatMap((file) =>
  Array.from(codeOf(file).matchAll(/(?:from|import)\s*\(?'(\.[^'?]+)/g), ([, path = '']) => ({
    from: file,
    to: normalize(join(dirname(file), path)),
  })),
);
const folderOf = (file: string) =>
  Object.keys(allowed).find((folder) => file.startsWith(`${folder}/`));

describe('imports', () => {
  it('are found at all', () => {
    expect(imports.length).toBeGreaterThan(80);
  });

  it('go downstream, never back', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [source, target] = [folderOf(from), folderOf(to)];
      return source !== undefined && target !== undefined && !allowed[source]?.includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it('never bring the delivery tool, which has the private key, to the Worker or the page', () => {
    const reach = (file: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(file)) return seen;
      seen.add(file);
      for (const { from, to } of imports) if (from === file) reach(to, seen);
      return seen;
    };
    for (const door of [
      'functions/worker.ts',
      'src/page/sign.ts',
      'src/page/complete.ts',
      'src/page/more.ts',
      'src/page/withdraw.ts',
      'src/mirror/pages/index.astro',
      'src/mirror/pages/[lang]/index.astro',
      'src/page/carry.ts',
      'src/page/keep.ts',
      'src/page/keep-worker.ts',
    ])
      expect(Array.from(reach(door)).filter((file) => file.startsWith('src/delivery'))).toEqual([]);
  });

  it('let nothing that somebody kept back come near the dossier', () => {
    const ofDossier = imports.filter(({ from }) => from.startsWith('src/delivery/dossier/'));
    const further = ofDossier
      .map(({ to }) => to)
      .filter((to) => to.startsWith('src/delivery/') && !to.startsWith('src/delivery/dossier/'));
    expect(Array.from(new Set(further)).sort()).toEqual([
      'src/delivery/account.ts',
      'src/delivery/errors.ts',
    ]);
    // What was entered is read for a check by hand, for whoever asked for news, and for who asks for theirs.
    const readers = files.filter((file) => /\breadEntered\(/.test(codeOf(file)));
    expect(readers.sort()).toEqual([
      'src/delivery/contacts/choose.ts',
      'src/delivery/opened-file.ts',
      'src/delivery/person/find.ts',
      'src/delivery/review/review.ts',
    ]);
  });

  it('keep words out of code: no file of TypeScript holds a sentence in Cyrillic', () => {
    const cyrillic = files.filter((file) => {
      return /[а-яёўі]{4}/i.test(codeOf(file)) && !file.startsWith('src/delivery/country');
    });
    expect(cyrillic).toEqual([]);
  });
});
