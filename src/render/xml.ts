import { seen } from './seen.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for an element or an attribute: what XML 1.0 has no character for (section 2.2) is among what `seen` writes out. */
export function xmlText(text: string): string {
  return seen(text).replace(/[&<>"']/g, (character) => entities[character] as string);
}

export function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('');
}
