import type { Report } from '../../types.ts';
import { outcomeOf } from '../outcome.ts';
import type { Around, Renderer } from '../renderer.ts';
import { backgroundSection } from './background.ts';
import { anomalySection, coverageSection, noticeSection } from './coverage.ts';
import { findingSection } from './findings.ts';
import { flowSection, recipientSection } from './flows.ts';
import { citedSection, foot } from './foot.ts';
import { endpointSection } from './hosts.ts';
import { type Line, paint } from './layout.ts';
import { partySections } from './parties.ts';
import { permissionSection } from './permissions.ts';
import { Pieces } from './pieces.ts';
import { privacySections } from './privacy.ts';
import { riskSection } from './risk.ts';
import { printable } from './safety.ts';
import { Said } from './said.ts';
import { sdkSection } from './sdks.ts';
import { Sources } from './sources.ts';
import { summary } from './summary.ts';
import { surfaceSection } from './surface.ts';

export interface TextOptions {
  /** Escape sequences for colour; false by default. */
  readonly colour?: boolean | undefined;
  /** Columns to wrap to, 100 by default and at least 60. */
  readonly width?: number | undefined;
}

export function widthFor({ width = 100 }: TextOptions): number {
  return Number.isFinite(width) ? Math.max(60, Math.floor(width)) : 100;
}

/** The report for people. */
export const text: Renderer<TextOptions & Around> = {
  render: renderText,
  join: {
    begin: '',
    before: (file, index) => `${index > 0 ? '\n' : ''}==> ${printable(file)} <==\n\n`,
    end: '',
  },
};

/** The answer on the first screen, then what it stands on. */
function renderText(report: Report, options: TextOptions & Around = {}): string {
  const outcome = outcomeOf(report, options);
  const width = widthFor(options);
  const sources = new Sources(false);
  const pieces = new Pieces();
  const said = new Said();
  const sections = [
    summary(report, outcome, width),
    sdkSection(report, pieces, width),
    findingSection(report, outcome, sources, pieces, said, width),
    backgroundSection(report, sources, width),
    flowSection(report, pieces, said, width),
    recipientSection(report, sources, width),
    endpointSection(report, pieces, width),
    ...partySections(report, width),
    permissionSection(report, pieces, width),
    ...privacySections(report, sources, width),
    surfaceSection(report, width),
    coverageSection(report, width),
    anomalySection(report, width),
    riskSection(report, width),
    noticeSection(report, width),
    citedSection(report, width),
  ];
  // Last of all, when every section has said what it cites.
  sections.push(sources.section(width), foot(report, width));
  return paint(join(sections), options.colour === true);
}

/** Sections with one empty line between them. */
export function join(sections: readonly (readonly Line[])[]): Line[] {
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, i) => (i === 0 ? section : [[], ...section]));
}
