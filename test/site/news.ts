/** News and a picture for the site that tests build as it is deployed; the real campaign has none yet. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** The file of the picture; the camera wrote a place into it. */
export const photo = { name: 'square.jpg', place: 'Secret Square 7' };

/** Adds two updates in the default language, one of them in Belarusian too. */
export async function addNews(content: string): Promise<void> {
  write(content, 'en/updates/2020-08-05-handed-over.md', 'Handed over', '2020-08-05', [
    'We handed over **all** signatures & hope for an answer.',
    '[The square](../photos/square.jpg) that day, and [what protects you](../../safety/).',
  ]);
  write(content, 'en/updates/2020-08-12-thank-you.md', 'Thank you', '2020-08-12', ['To you all.']);
  write(content, 'be/updates/2020-08-05-handed-over.md', 'Перададзена', '2020-08-05', [
    'Мы перадалі подпісы.',
  ]);
  mkdirSync(join(content, 'photos'), { recursive: true });
  await sharp({ create: { width: 3200, height: 1000, channels: 3, background: '#887766' } })
    .withExif({ IFD0: { ImageDescription: photo.place } })
    .jpeg()
    .toFile(join(content, 'photos', photo.name));
}

function write(content: string, file: string, title: string, date: string, text: string[]): void {
  mkdirSync(join(content, file, '..'), { recursive: true });
  writeFileSync(
    join(content, file),
    `---\ntitle: ${title}\ndate: ${date}\n---\n\n${text.join('\n\n')}\n`,
  );
}
