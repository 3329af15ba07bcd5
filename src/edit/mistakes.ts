/** What is wrong with the content at present, in words, as the build would say it. */
import { readSettings } from '../site/settings.ts';

/** A mistake, and how to mend it. */
export type Mistake = { file: string; line?: number; what: string; mend?: string };

/** Every present mistake; none when the page can be built. */
export function presentMistakes(content: string): Mistake[] {
  try {
    readSettings(content);
    return [];
  } catch (error) {
    return [
      { file: 'campaign.yaml', what: error instanceof Error ? error.message : String(error) },
    ];
  }
}
