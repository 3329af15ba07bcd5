/**
 * What the form may do to the content folder, as Decap CMS asks for it (decap-server's local API, in
 * decapcms.org/docs/working-with-a-local-git-repository): list, read, save, and delete news. No path but those
 * of the form is ever touched.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { mergeMarkdown, mergeYaml } from './merge.ts';

const newsFolder = z.string().regex(/^[\w-]+\/updates$/);
const newsPath = z.string().regex(/^[\w-]+\/updates\/\d{4}-\d\d-\d\d-[a-z0-9-]+\.md$/);
const textPath = z
  .string()
  .regex(
    /^(campaign\.yaml|dossier\/[\w-]+\.yaml|[\w-]+\/(words\.yaml|(petition|privacy|safety)\.md))$/,
  );
const path = z.union([textPath, newsPath]);

/** Each action with what it needs; any other is refused. */
export const actionSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('entriesByFolder'), params: z.object({ folder: newsFolder }) }),
  z.object({
    action: z.literal('entriesByFiles'),
    params: z.object({ files: z.array(z.object({ path })) }),
  }),
  z.object({ action: z.literal('getEntry'), params: z.object({ path }) }),
  z.object({
    action: z.literal('persistEntry'),
    params: z.object({ dataFiles: z.array(z.object({ path, raw: z.string() })) }),
  }),
  z.object({ action: z.literal('deleteFiles'), params: z.object({ paths: z.array(newsPath) }) }),
  z.object({ action: z.literal('getMedia') }),
]);

export type Action = z.output<typeof actionSchema>;

/** Does what was asked for, and answers what Decap CMS waits for. Throws a message for people. */
export function act(content: string, asked: Action): unknown {
  switch (asked.action) {
    case 'entriesByFolder':
      return newsIn(content, asked.params.folder).map((file) => readEntry(content, file));
    case 'entriesByFiles':
      return asked.params.files.map((file) => readEntry(content, file.path));
    case 'getEntry':
      return readEntry(content, asked.params.path);
    case 'persistEntry':
      for (const file of asked.params.dataFiles)
        save(join(content, file.path), withoutName(file.raw));
      return { message: 'saved' };
    case 'deleteFiles':
      for (const file of asked.params.paths) rmSync(join(content, file));
      return { message: 'deleted' };
    case 'getMedia':
      return [];
  }
}

function newsIn(content: string, folder: string): string[] {
  if (!existsSync(join(content, folder))) return [];
  return readdirSync(join(content, folder))
    .map((name) => `${folder}/${name}`)
    .filter((file) => newsPath.safeParse(file).success);
}

function readEntry(content: string, file: string) {
  const whole = join(content, file);
  if (!existsSync(whole)) return { data: null, file: { path: file, id: null } };
  const data = withName(file, readFileSync(whole, 'utf8'));
  return { data, file: { path: file, id: createHash('sha256').update(data).digest('hex') } };
}

/**
 * News carry in the form, and only there, the words of their file's name: the same news has the same name in
 * every language.
 */
function withName(file: string, text: string): string {
  const [, name] = /\/updates\/\d{4}-\d\d-\d\d-(.*)\.md$/.exec(file) ?? [];
  return name === undefined ? text : text.replace('---\n', `---\nname: '${name}'\n`);
}

function withoutName(saved: string): string {
  return saved.replace(/^---\n[\s\S]*?\n---\n/, (head) => head.replace(/^name: .*\n/m, ''));
}

function save(file: string, saved: string): void {
  const present = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lines = present.replaceAll('\r\n', '\n');
  const merged = file.endsWith('.md') ? mergeMarkdown(lines, saved) : mergeYaml(lines, saved);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, present.includes('\r\n') ? merged.replaceAll('\n', '\r\n') : merged);
}
