import type { Finding, Report } from '../../types.ts';
import { levels } from '../../types.ts';
import { gapsOf, outcomeOf } from '../outcome.ts';
import type { Around, Renderer } from '../renderer.ts';
import { bold, indented, type Line, labelled, paint, wrap } from '../text/layout.ts';
import { printable } from '../text/safety.ts';
import { Sources } from '../text/sources.ts';
import { name, number, platformNames, plural, reasonWords, subjectLabel } from '../text/words.ts';
import { Proofs } from './proof.ts';
import { requestLines, shortLines, type Writing } from './requests.ts';
import { caution, glossary, LABEL, WIDTH } from './words.ts';

const REQUESTS = 40;
const GAPS_SHOWN = 10;

/**
 * A letter from a reviewer to the maker of the app: numbered requests, and the proof. It may be forwarded to the vendor
 * that it names, so that nothing stands in it without what it stands on, and no grade of ours. What is waived is not asked,
 * and why is between those who waived it: the letter says how much of it there is, or it would read as if there were none.
 */
function letterOf(report: Report, around: Around = {}): string {
  const outcome = outcomeOf(report, around);
  const asked = report.findings.filter((finding) => !outcome.waiver(finding));
  const weighty = [...asked].filter(({ level }) => level !== 'info').sort(heavyFirst);
  const light = asked.filter((finding) => finding.level === 'info' && finding.remedy.reviewer !== null);
  const requests = weighty.slice(0, REQUESTS);
  const questions = light.slice(0, REQUESTS);
  const writing: Writing = {
    width: WIDTH,
    sources: new Sources(false),
    proofs: new Proofs(),
    said: new Map(),
    used: new Set(),
  };
  // First, so that the letter explains the words that it uses.
  const heavy: Line[] = requests.flatMap((finding, i) => [[], ...requestLines(finding, i + 1, writing)]);
  const count = requests.length + questions.length + (gapsOf(report).length > 0 ? 1 : 0);
  const sections: Line[][] = [
    opening(report, count, report.findings.length - asked.length),
    glossary(writing.used),
    caution(),
    requests.length === 0 ? [] : [[bold('WHAT WE ASK')], ...heavy],
    questions.length === 0
      ? []
      : [
          [bold(`WHAT WE WOULD LIKE TO KNOW${requests.length === 0 ? '' : ' BESIDES'}`)],
          ...questions.flatMap((finding, i) => [[], ...shortLines(finding, requests.length + i + 1, writing)]),
        ],
    leftOut(weighty.length + light.length - requests.length - questions.length),
    partsAboard(report, writing),
    notRead(report, count),
    closing(),
    writing.proofs.section(WIDTH),
  ];
  // Last, when every section has said what it cites.
  const cited = writing.sources.section(WIDTH).slice(1);
  if (cited.length > 0) sections.push([[bold('APPENDIX B: SOURCES')], ...cited]);
  const lines = sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : [[], ...lines]));
  return paint(lines, false).split('\n').map(inert).join('\n');
}

/** A line that begins with two colons steers GitHub's runner, where the letter is printed to a log. */
function inert(line: string): string {
  const margin = line.length - line.trimStart().length;
  return line.startsWith('::', margin) ? `${line.slice(0, margin)}\\x3a${line.slice(margin + 1)}` : line;
}

function heavyFirst(a: Finding, b: Finding): number {
  return Number(b.state === 'holds') - Number(a.state === 'holds') || levels.indexOf(b.level) - levels.indexOf(a.level);
}

function opening(report: Report, count: number, waived: number): Line[] {
  const { bundle, asOf, policy, waybill } = report;
  const { app } = bundle;
  const row = (label: string, content: string) => indented(labelled(label, content, WIDTH - 2, LABEL), 2);
  const subject = subjectLabel(bundle);
  const called = app.name === null ? `this ${subject.toLowerCase()}` : name(app.name);
  const build = app.build === null || app.build === app.version ? '' : ` (build ${app.build})`;
  const paragraph = (text: string) => [...wrap(text, WIDTH), []];
  return [
    ...paragraph(`To the maker of ${called}`),
    ...paragraph('Dear maker,'),
    ...paragraph(
      `We examined the file named below with Waybill ${waybill}, which reads ${subject === 'App' ? 'an app' : 'a library'} without running it. ${
        count === 0
          ? `We have nothing to ask of you${waived === 0 ? '' : ' today'}.`
          : count === 1
            ? 'We write with one request, and would be glad of an answer.'
            : `We write with ${count} requests, and would be glad of an answer to each by its number.`
      }${waived === 0 ? '' : ` We know of ${plural(waived, 'further point')} and do not ask about ${waived === 1 ? 'it' : 'them'} today.`}`,
    ),
    ...row(subject, app.name === null ? 'not known' : called),
    ...(app.id === null && subject === 'Library' ? [] : row('Id', app.id === null ? 'not known' : name(app.id))),
    ...row('Version', `${app.version ?? 'not known'}${build}`),
    ...row('Platform', platformNames[bundle.platform]),
    ...row('File', `${bundle.kind}, ${number(bundle.size)} bytes`),
    ...row('SHA-256', bundle.sha256),
    ...row('Judged', `by what was known on ${asOf}, and the policy "${policy.name}" (${policy.id})`),
  ];
}

const bullet = (text: string): Line[] => indented(labelled('- ', text, WIDTH - 2, 2), 2);

function leftOut(count: number): Line[] {
  return count > 0 ? wrap(`${plural(count, 'further request')} of the same kinds we leave for later.`, WIDTH) : [];
}

/** The SDKs found: what the requests speak of, and what the maker can correct. */
function partsAboard(report: Report, { proofs }: Writing): Line[] {
  const found = report.detections.filter(({ scored }) => scored);
  if (found.length === 0) return [];
  return [
    [bold('PARTS OF OTHERS THAT WE FOUND')],
    ...wrap('Please tell us of any that is not there, or that we missed.', WIDTH),
    [],
    ...found.flatMap(({ name: sdk, version, vendor, candidates, evidence }) => {
      const nameOf = (id: string) => report.vendors.find((known) => known.id === id)?.name ?? id;
      const whose = vendor === null ? `one of ${candidates.map(nameOf).join(', ')}` : nameOf(vendor);
      const [first] = evidence;
      const proof = first ? proofs.number(first) : null;
      const at = proof === null ? '' : ` (${proof})`;
      return bullet(`${sdk}, ${version === null ? 'version not known' : `version ${version}`}, of ${whose}${at}`);
    }),
  ];
}

/** What was left unread is asked for, as the last request. */
function notRead(report: Report, at: number): Line[] {
  const gaps = gapsOf(report);
  if (gaps.length === 0) return [];
  const more = gaps.length - GAPS_SHOWN;
  const ask = `${at}. ${plural(gaps.length, 'place')} in the file we could not read, and say nothing of. Please send a build in which ${gaps.length === 1 ? 'it' : 'each'} can be read, or tell us what is there.`;
  return [
    [bold('WHAT WE COULD NOT READ')],
    [],
    ...wrap(ask, WIDTH),
    [],
    ...gaps.slice(0, GAPS_SHOWN).flatMap(({ path, reason, detail }) => {
      const why = [reason === null ? '' : reasonWords[reason], detail].filter((part) => part !== '').join('; ');
      return bullet(`${name(path)}${why === '' ? '' : `: ${why}`}`);
    }),
    ...(more > 0 ? bullet(`and ${number(more)} more`) : []),
  ];
}

function closing(): Line[] {
  return wrap('With kind regards,', WIDTH);
}

export const letter: Renderer<Around> = {
  render: letterOf,
  join: {
    begin: '',
    before: (file, index) => `${index > 0 ? '\n' : ''}==> ${printable(file)} <==\n\n`,
    end: '',
  },
};
