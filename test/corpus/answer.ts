import type { Report } from '../../src/index.ts';

/** What is compared of a report: everything that tells a reader something else when it changes. */
export interface Read {
  readonly verdict: string;
  readonly complete: boolean;
  readonly detections: readonly string[];
  readonly findings: readonly string[];
  readonly hosts: readonly string[];
  /** Lines of coverage that leave the answer open, as `path: reason, detail`. */
  readonly gaps: readonly string[];
}

export type Answer = Read | { readonly error: string };

/** Of either build: 0.1 and this one spell what is asked for here alike. */
export function answerOf(report: Report): Read {
  const detections = report.detections.map((each) => {
    const versions = new Set(each.instances.map(({ version }) => version ?? '?'));
    return `${each.sdk} ${[...versions].sort().join(' ')}${each.scored ? '' : ' (not scored)'}`;
  });
  return {
    verdict: report.verdict,
    complete: report.complete,
    detections,
    hosts: report.endpoints.map(({ host }) => host).sort(),
    findings: report.findings.map(({ id, level }) => `${id} ${level}`).sort(),
    gaps: report.coverage
      .filter((line) => line.matters && line.state !== 'read')
      .map((line) => `${line.path}: ${line.reason}, ${line.detail}`),
  };
}

/** What B says and A does not (`+`), and the other way round (`-`); nothing where they agree. */
export function changes(a: Answer, b: Answer): string[] {
  if ('error' in a || 'error' in b) {
    const [before, after] = [a, b].map((each) => ('error' in each ? each.error : `${each.verdict}`));
    return before === after ? [] : [`${before} -> ${after}`];
  }
  const lists = (['detections', 'findings', 'hosts', 'gaps'] as const).flatMap((list) => {
    const [before, after] = [new Set(a[list]), new Set(b[list])];
    const name = list.slice(0, -1);
    return [
      ...[...after].filter((each) => !before.has(each)).map((each) => `+${name} ${each}`),
      ...[...before].filter((each) => !after.has(each)).map((each) => `-${name} ${each}`),
    ];
  });
  return [
    ...(a.verdict === b.verdict ? [] : [`verdict ${a.verdict} -> ${b.verdict}`]),
    ...(a.complete === b.complete ? [] : [`complete ${a.complete} -> ${b.complete}`]),
    ...lists,
  ];
}

/** A change without what belongs to one file: paths, numbers and names in quotes. Changes of one cause become one. */
export function causeOf(change: string): string {
  const gap = /^([+-]gap) .*?: ([a-z-]+, .*)$/.exec(change);
  const text = gap ? `${gap[1]} ${gap[2]}` : change.replace(/^([+-]host) .*/, '$1');
  return text.replace(/"[^"]*"/g, '"…"').replace(/0x[0-9a-f]+|\d+/gi, 'N');
}
