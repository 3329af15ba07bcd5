/**
 * The columns in which the systems that send a campaign's mail import people. Each row says who, in
 * which language, what was agreed to, when, and that nobody has confirmed the address yet.
 *
 * A name is one field of our form and stays one: where a first name ends and a family name begins is
 * nobody's guess. Neither system imports a whole name (CiviCRM makes its display name out of the parts),
 * so it stands where both take their greeting from, the first name.
 */

/** What is known of somebody who asked for news. */
export type Contact = {
  email: string;
  /** As typed; may be empty. */
  name: string;
  /** Two letters (ISO 3166-1); empty where none was given or none matched. */
  country: string;
  /** Of the page that was signed (BCP 47). */
  language: string;
  /** UTC. */
  day: string;
  textVersion: string;
  /** The consent as it was shown; empty where the archive lacks the version. */
  consent: string;
  /** Id of the campaign. */
  campaign: string;
};

/** A file for one system: its columns in order, and what stands in them. */
export type System = {
  file: string;
  columns: Readonly<Record<string, (contact: Contact) => string>>;
};

const unconfirmed = () => 'unconfirmed';

/**
 * Action Network matches columns by their names and takes any others as custom fields
 * (help.actionnetwork.org/hc/en-us/articles/203112959-File-formats-for-list-uploads).
 */
const actionNetwork: System = {
  file: 'action-network.csv',
  columns: {
    email: ({ email }) => email,
    first_name: ({ name }) => name,
    country: ({ country }) => country,
    language: ({ language }) => language,
    petition: ({ campaign }) => campaign,
    confirmation: unconfirmed,
    consent_date: ({ day }) => day,
    consent_text_version: ({ textVersion }) => textVersion,
    consent_words: ({ consent }) => consent,
  },
};

/** Characters of CiviCRM's first name; its nickname has 128, our longest name 100. */
const firstNameLength = 64;
const isLong = (name: string) => Array.from(name).length > firstNameLength;

/**
 * CiviCRM proposes the field whose label a column bears
 * (docs.civicrm.org/user/en/latest/common-workflows/importing-data-into-civicrm/); lengths and languages
 * are those of github.com/civicrm/civicrm-core (schema/Contact/Contact.entityType.php,
 * xml/templates/languages.tpl). No other column may bear "email" or "address" in its name: it would be
 * taken for one.
 */
const civicrm: System = {
  file: 'civicrm.csv',
  columns: {
    Email: ({ email }) => email,
    'First Name': ({ name }) => (isLong(name) ? '' : name),
    Nickname: ({ name }) => (isLong(name) ? name : ''),
    Country: ({ country }) => country,
    'Preferred Language': ({ language }) => withRegion(language),
    'Contact Source': ({ campaign }) => campaign,
    Confirmation: unconfirmed,
    'Consent Date': ({ day }) => day,
    'Consent Text Version': ({ textVersion }) => textVersion,
    'Consent Words': ({ consent }) => consent,
  },
};

export const systems: readonly System[] = [actionNetwork, civicrm];

/** CiviCRM's code of a language, as be_BY: the country is the likely one (CLDR), not the signer's. */
function withRegion(tag: string): string {
  const { language, region = '' } = new Intl.Locale(tag).maximize();
  return `${language}_${region}`;
}
