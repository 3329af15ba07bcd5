/** What the campaign's settings say about opening and delivering; read once, at the command's door. */
import { readSettings, type Settings } from '../site/settings.ts';
import { DeliveryError, reasonOf } from './errors.ts';

export type Terms = Pick<Settings, 'id' | 'levels' | 'dangerousCountries'>;

/** The campaign's settings. Throws a DeliveryError that names each mistake in campaign.yaml. */
export function readTerms(content: string): Settings {
  try {
    return readSettings(content);
  } catch (error) {
    const next = `Mend ${content}/campaign.yaml, then run this command again.`;
    throw new DeliveryError(
      'settings',
      `Could not read the settings: ${reasonOf(error)}`,
      next,
      error,
    );
  }
}
