import type { Sdk } from '../../rules/schema.ts';
import type { ApiCall, CalledMethod } from '../../rules/switches.ts';
import type { Control, Flow } from '../../types.ts';
import { dim, type Inline, indented, type Line, labelled, listed } from '../text/layout.ts';
import { evidenceInline, heading } from '../text/words.ts';
import { type ControlRule, controlInline, list } from './sdk.ts';
import type { Telling } from './telling.ts';

const LABEL = 12;

/** What an app can switch in an SDK, how code does it, and what the code of the app in the report says. */
export function explainControl(sdk: Sdk, control: ControlRule, { report, sources, width }: Telling): Line[] {
  const flows = report?.flows.filter((flow) => flow.sdk === sdk.id) ?? [];
  const said = flows.flatMap(({ controls }) => controls).find(({ id }) => id === control.id);
  const ways = control.switches.map(({ call, write, since, until, open, remedy, source }): Inline => {
    const releases = [since ? `from ${since}` : '', until ? `before ${until}` : ''].filter(Boolean).join(', ');
    const what = call ? callText(call) : `${write?.class}.${write?.field}, written`;
    const line = remedy === undefined ? '' : ` Switched on by: \`${remedy}\``;
    return [`${what}${releases ? ` (${releases})` : ''}. ${open.join(' ')}${line}`, sources.cite(source)];
  });
  return [
    heading('CONTROL', `${sdk.id}/${control.id}, of ${sdk.name}`),
    ...indented(labelled('', controlInline(control, sources), width - 2, 0), 2),
    ...list('HOW CODE SWITCHES IT', ways, width),
    ...(said ? inReport(said, flows, width) : []),
  ];
}

/** From the statement down to the instruction. */
function inReport({ state, reason, evidence = [] }: Control, flows: readonly Flow[], width: number): Line[] {
  const row = (label: string, content: string) => indented(labelled(dim(label), content, width - 2, LABEL), 2);
  const data = [...new Set(flows.map((flow) => flow.data))].join(', ');
  return [
    [],
    heading('IN THE REPORT', state),
    ...row('state', `${state}. ${reason}`),
    ...row('bears on', data),
    ...indented(
      listed(
        'shown by',
        evidence.map((piece): Inline => evidenceInline(piece)),
        width - 2,
        LABEL,
      ),
      2,
    ),
  ];
}

export function shortControl(sdk: Sdk, { id, name, default: initial, calls }: ControlRule): string {
  return `${sdk.id}/${id} (control): ${name}; by default ${initial === 'unknown' ? 'not documented' : initial}; switched by ${calls.join(', ')}.`;
}

/** A call that shows an SDK's use, and what it hands over. */
export function explainApiCall(sdk: Sdk, api: ApiCall, { sources, width }: Telling): Line[] {
  const text: Inline = [`${wordsOf(api)}`, sources.cite(api.source)];
  return [heading('CALL', `${sdk.id}/${api.id}, of ${sdk.name}`), ...indented(labelled('', text, width - 2, 0), 2)];
}

export function shortApiCall(sdk: Sdk, api: ApiCall): string {
  return `${sdk.id}/${api.id} (call): ${wordsOf(api)}`;
}

function wordsOf({ call, starts, arguments: given }: ApiCall): string {
  const carried = given.map(({ carries }) => carries).join(', ');
  const hands = carried === '' ? '' : ` hands over ${carried}`;
  const does = [starts ? ' starts it' : '', hands].filter((part) => part !== '').join(' and');
  return `${callText(call)}${does}.`;
}

function callText({ class: name, method }: CalledMethod): string {
  return `${(typeof name === 'string' ? [name] : name).join(' or ')}.${method}`;
}
