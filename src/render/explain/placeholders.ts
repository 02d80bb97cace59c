/** Placeholders of a rule's texts, for a reader who has no finding at hand. */
const anyone: Readonly<Record<string, string>> = {
  recipient: 'a recipient',
  sdk: 'an SDK',
  data: 'data',
  host: 'a host',
  countries: 'a country',
  link: 'how it is tied to it',
  names: 'what is named',
  code: 'its code',
  advisory: 'an advisory',
  version: 'a version',
  says: 'what it says',
};

/** A text of a rule with words that fit anyone in place of what a finding fills in. */
export function forAnyone(text: string): string {
  return text.replace(/\{([a-z]+)\}/g, (whole, name: string) => anyone[name] ?? whole);
}
