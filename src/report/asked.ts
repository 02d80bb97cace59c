import type { PolicyRule } from '../rules/schema.ts';
import type { AskedRule, Taxonomy } from '../types.ts';

/** What stands for a placeholder where a question is asked of nobody in particular. */
const anyOf: Readonly<Record<string, string>> = {
  recipient: 'the recipient',
  data: 'the data',
  countries: 'other countries',
  sdk: 'an SDK',
  advisory: 'a known vulnerability',
  host: 'the host',
  names: 'the parts',
};

/** `Is {data} encrypted with a key that {recipient} lacks?` asked of no recipient in particular. */
function general(question: string): string {
  const text = question
    // What is told of one case alone is left out, with what stands around it.
    .replace(/ \(\{\w+\}\)| \{version\}/g, '')
    .replace(/\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(anyOf, name) ? (anyOf[name] as string) : '…'));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A rule as the report carries it, so that formats can say what was asked without the rules at hand. */
export function asked({ id, axis, over, level, undetermined, question, when, taxa }: PolicyRule): AskedRule {
  return {
    ...{ id, axis, over, level, undetermined },
    askedBy: [...new Set(when.flatMap((condition) => condition.askedBy ?? []))],
    question: general(question),
    taxa: (taxa?.ids ?? []).map((entry) => ({
      taxonomy: entry.slice(0, entry.indexOf('-')) as Taxonomy,
      id: entry,
      source: taxa!.source,
    })),
  };
}
