import { citable } from '../asof.ts';
import { order } from '../order.ts';
import type { PolicyRule, Rules } from '../rules/schema.ts';
import type { TracedFlow } from '../trace/flow.ts';
import {
  type Basis,
  bases,
  type DataKind,
  dataKinds,
  type Evidence,
  type Ground,
  type Level,
  levels,
} from '../types.ts';
import { all, any, type Truth } from './conditions.ts';
import { flowSubject } from './fields.ts';
import { type Outcome, type Trial, trial, wantsOf, write } from './finding.ts';
import { sourceGround } from './grounds.ts';
import { handedFor, handedWords } from './handed.ts';
import { ownerOf } from './links.ts';
import { clearGround } from './network.ts';
import { remedyLines } from './remedy-lines.ts';
import type { Setting } from './setting.ts';
import { dataList, factOf, list, NO_SDK, shortName } from './words.ts';

/** The part of its weight that a finding keeps where nothing aboard calls the SDKs that it is about. */
const UNCALLED_SHARE = 0.5;
const UNCALLED =
  'All code was read, and none that was seen calls it: it weighs half as much. A layout or a name made at run time could still reach it.';

/** A flow that a rule does not rule out. */
interface Match extends Trial {
  readonly flow: TracedFlow;
}

/** One order of flows, whatever order they came in. */
function byId(a: TracedFlow, b: TracedFlow): number {
  return order(a.id, b.id) || order(JSON.stringify(a), JSON.stringify(b));
}

/** Findings of one rule over flows: one for each recipient, or each recipient and kind of data. */
export function judgeFlows(rule: PolicyRule, setting: Setting): Outcome[] {
  const perRecipient = rule.per === 'recipient' || rule.together !== undefined;
  const groups = new Map<string, Match[]>();
  for (const flow of setting.found.flows.filter((f) => f.sdk === null || setting.scored.has(f.sdk)).sort(byId)) {
    if (rule.together && !rule.together.includes(flow.data)) continue;
    const supposed = [true, false].map((others) => flowSubject(flow, setting, others));
    const tried = allowed(rule, flow, trial(rule, flowSubject(flow, setting), supposed));
    if (tried.truth === false) continue;
    const key = perRecipient ? flow.recipient.id : `${flow.recipient.id}/${flow.data}`;
    const group = groups.get(key);
    if (group) group.push({ flow, ...tried });
    else groups.set(key, [{ flow, ...tried }]);
  }
  return [...groups].flatMap(([key, matches]) => {
    const truth = rule.together ? together(rule.together, matches) : any(matches.map((m) => m.truth));
    const state = truth === true ? 'holds' : 'undetermined';
    return truth === false ? [] : [outcome({ rule, of: key, state, matches }, setting)];
  });
}

/**
 * Data that needs a permission flows only where the app holds it, and to a default only where the app names no other
 * server; what a rule says comes on top.
 */
function allowed(rule: PolicyRule, flow: TracedFlow, tried: Trial): Trial {
  const state = flow.permission?.state ?? 'declared';
  if (tried.truth === false) return tried;
  if (state === 'absent') return { truth: false, open: [], level: 'info', wants: null };
  const more = [
    ...(state === 'declared' ? [] : [`whether the app declares ${flow.permission?.name}`]),
    ...(flow.byDefault ? [`whether the app names another server than the default, ${flow.host}`] : []),
  ];
  if (more.length === 0) return tried;
  const open = [...tried.open, ...more];
  // What only the caller can state stays the first thing to ask.
  if (tried.wants === 'context') return { ...tried, open };
  return { truth: 'unknown', open, level: rule.undetermined, wants: 'bundle' };
}

function together(kinds: readonly DataKind[], matches: readonly Match[]): Truth {
  return all(kinds.map((kind) => any(matches.filter((m) => m.flow.data === kind).map((m) => m.truth))));
}

/** The level of one finding on all these flows: what its worst flow makes it, and no worse than each kind it needs. */
function levelOf({ together: kinds }: PolicyRule, matches: readonly Match[]): Level {
  const worst = (those: readonly Match[]) => Math.max(...those.map((m) => levels.indexOf(m.level)));
  const each = kinds?.map((kind) => worst(matches.filter((m) => m.flow.data === kind)));
  return levels[each ? Math.min(...each) : worst(matches)]!;
}

function kindsOf(matches: readonly Match[]): DataKind[] {
  return dataKinds.filter((kind) => matches.some((m) => m.flow.data === kind));
}

function strongest(matches: readonly Match[]): Basis | null {
  return bases.find((basis) => matches.some((m) => m.flow.basis === basis)) ?? null;
}

/** Flows that one finding is about, and whether it holds of them. */
interface Judged {
  readonly rule: PolicyRule;
  readonly of: string;
  readonly state: 'holds' | 'undetermined';
  readonly matches: readonly Match[];
}

function outcome({ rule, of, state, matches }: Judged, setting: Setting): Outcome {
  const decided = state === 'holds' ? matches.filter((m) => m.truth === true) : matches;
  const data = kindsOf(decided);
  const undecided = kindsOf(matches).filter((kind) => !data.includes(kind));
  const party = decided[0]!.flow.recipient;
  const name = (sdk: string | null) => (sdk === null ? NO_SDK : (setting.scored.get(sdk)?.name ?? sdk));
  const sdks = sdksOf(decided);
  const isUnexplained = decided.some((m) => m.flow.sdk === null);
  const undecidedSdks = sdksOf(matches).filter((id) => !sdks.includes(id));
  const notDecided = [
    ...(undecided.length > 0 ? [dataList(undecided)] : []),
    ...undecidedSdks.map(name).map(shortName),
  ];
  const handed = [...new Set(decided.flatMap(({ flow }) => handedFor(rule, flow, setting)))];
  const isUncalled = decided.every(({ flow }) => setting.scored.get(flow.sdk ?? '')?.isUncalled === true);
  // A finding cites what it says: flows that it holds of, and those alone where its text tells of them.
  const ranked = [...decided].sort((a, b) => rankOf(a.flow) - rankOf(b.flow));
  const tells = rule.reason.includes('{fact}');
  const owner = ownerOf(party, setting.asOf);
  // One cause counts once, whatever kinds of data it touches; who governs is one cause however many rules ask.
  const cause = `${owner} · ${rule.axis === 'jurisdiction' ? 'who governs' : rule.id}`;
  return write(
    {
      rule,
      of,
      state,
      level: state === 'holds' ? rule.level : levelOf(rule, matches),
      wants: wantsOf(matches),
      party,
      sdks,
      sdkNames: [...sdks.map(name), ...(isUnexplained ? ['the component that holds it'] : [])],
      data,
      hosts: [...new Set(decided.flatMap((m) => m.flow.host ?? []))].sort(order),
      // What a call hands over stands in the app's own code, whatever else is known of the flow.
      basis: handed.length > 0 ? 'configured' : strongest(decided),
      open: [...new Set(matches.flatMap((m) => m.open))],
      words: {
        fact: factOf(
          decided.map(({ flow }) => ({ flow, sdk: name(flow.sdk) })),
          dataKinds,
        ),
        ...(handed.length > 0 ? { names: list(handed.map(handedWords)) } : {}),
      },
      notes: [
        ...(notDecided.length > 0 ? [`Not decided for ${list(notDecided)}.`] : []),
        ...(isUncalled ? [UNCALLED] : []),
      ],
      remedy: remedyLines(
        rule,
        decided.map(({ flow }) => flow),
        setting,
      ),
      share: isUncalled ? UNCALLED_SHARE : 1,
      grounds: tells ? groundsOf(decided, setting) : [],
      evidence: [
        ...handed.flatMap((each) => each.evidence),
        ...ranked.flatMap(({ flow }) =>
          tells && flow.evidence.length > 0 ? flow.evidence : sdkEvidence(flow, setting),
        ),
      ],
      contributions: [{ cause, state }],
    },
    setting,
  );
}

function sdksOf(matches: readonly Match[]): string[] {
  return [...new Set(matches.flatMap((m) => m.flow.sdk ?? []))].sort(order);
}

/** Of the SDK that a flow is of: what shows that it is aboard. */
function sdkEvidence({ sdk }: TracedFlow, { scored }: Setting): readonly Evidence[] {
  return scored.get(sdk ?? '')?.evidence.slice(0, 2) ?? [];
}

function rankOf(flow: TracedFlow): number {
  return bases.indexOf(flow.basis);
}

/** What the flows themselves stand on besides evidence: permissions, and what the vendor documents that it takes. */
function groundsOf(matches: readonly Match[], { found, rules, asOf }: Setting): Ground[] {
  const grounds = new Map<string, Ground>();
  const add = (ground: Ground) => grounds.set(`${ground.kind} ${ground.says}`, ground);
  for (const { flow } of matches) {
    const { permission } = flow;
    if (permission?.state === 'declared') {
      add({ kind: 'bytes', says: `the app declares ${permission.name}`, source: null });
    }
    for (const ground of readings(flow, rules)) add(ground);
    const clear = clearGround(flow, found.units);
    if (clear) add(clear);
    if (!isOfRule(flow)) continue;
    const takes = rules.sdks.get(flow.sdk ?? '')?.takes.find((t) => t.data === flow.data);
    // An artifact elsewhere is no byte of this bundle.
    if (takes && citable(takes.source, asOf)) add(elsewhere(sourceGround(takes.source, takenAs(flow, takes.says))));
    else if (flow.basis === 'documented') add({ kind: 'vendor', says: flow.says, source: null });
  }
  return [...grounds.values()];
}

/** What stands on a line of `takes`, and not on a template or a host. */
function isOfRule({ basis }: TracedFlow): boolean {
  return basis === 'capable' || basis === 'documented' || basis === 'reported';
}

/** A name in the bytes does not say what its code takes: that is how the SDK's rule reads it. */
function takenAs({ basis, data }: TracedFlow, says: string): string {
  return basis === 'capable' ? `the rules read that code as taking ${dataList([data])}: ${says}` : says;
}

function elsewhere(ground: Ground): Ground {
  return ground.kind === 'bytes' ? { ...ground, kind: 'research' } : ground;
}

/** That a parameter of a template means a kind of data no byte says: it is how the SDK's rule reads its name. */
function readings({ basis, data, sdk, evidence }: TracedFlow, rules: Rules): Ground[] {
  if (basis !== 'coded' || data === 'network-info') return [];
  const named = rules.sdks.get(sdk ?? '')?.parameters.filter((parameter) => parameter.data === data) ?? [];
  return named
    .filter(({ name }) => evidence.some(({ text }) => text.includes(`${name}=`)))
    .map(({ name, source }) =>
      elsewhere(sourceGround(source, `the rules read the parameter "${name}" as ${dataList([data])}`)),
    );
}
