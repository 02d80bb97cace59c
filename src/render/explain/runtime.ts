import type { Runtime } from '../../rules/schema.ts';
import { dim, indented, type Line, labelled } from '../text/layout.ts';
import { heading } from '../text/words.ts';
import type { Telling } from './telling.ts';

/** What a platform, language or tool brings along, and the names that it is told by. */
export function explainRuntime(runtime: Runtime, { sources, width }: Telling): Line[] {
  const { id, name, by, platform, files, beside, packages, barePackages, modules } = runtime;
  const row = (label: string, texts: readonly string[]) =>
    texts.length === 0 ? [] : indented(labelled(dim(label), texts.join(', '), width - 2, 12), 2);
  return [
    heading('RUNTIME', `${id}: ${name}`),
    ...row('by', [by]),
    ...row('platform', [platform ?? 'android and ios']),
    ...row('files', files),
    ...row('beside', beside),
    ...row('packages', packages),
    ...row('exactly', barePackages),
    ...row('modules', modules),
    ...indented(
      labelled(
        dim('means'),
        [
          'No third party of the app. A name can be taken by anybody, so that what is found in it counts all the same.',
          sources.cite(runtime.source),
        ],
        width - 2,
        12,
      ),
      2,
    ),
  ];
}

export function shortRuntime({ id, name, by }: Runtime): string {
  return `${id} (runtime): ${name}, by ${by}. No third party of the app.`;
}
