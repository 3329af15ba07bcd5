/**
 * `npm run publish-texts`: archives each language's petition and consent as they stand now, so that what
 * somebody signed can always be found. Run it when you mean a change; the build stops until you do.
 */
import { stopAtMistakes } from '../site/check/content.ts';
import { contentFolder, readSettings } from '../site/settings.ts';
import { publishText, readPublished, readText } from '../site/texts.ts';
import { refuseIncomplete } from '../site/translations.ts';

stopAtMistakes();
const settings = readSettings();
refuseIncomplete(contentFolder, settings);
const published = readPublished(contentFolder);
for (const language of settings.languages) {
  const text = readText(contentFolder, language, settings);
  const known = published.some((one) => one.version === text.version);
  console.log(
    known ? `${text.version}  unchanged` : `${text.version}  → ${publishText(contentFolder, text)}`,
  );
}
