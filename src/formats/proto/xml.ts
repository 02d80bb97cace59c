import type { Budgets } from '../../budgets.ts';
import { attempt } from '../../coverage.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import { XmlAnomalies } from '../axml/anomalies.ts';
import { androidAttributeId, androidAttributeName, androidNamespace } from '../axml/attributes.ts';
import type { XmlAttribute, XmlDocument, XmlElement } from '../axml/types.ts';
import { Problems } from '../problems.ts';
import { itemAt, textValue } from './item.ts';
import { type Field, fieldsOf, textAt, wire } from './wire.ts';

/** aapt2's Resources.proto: XmlNode, XmlElement, XmlAttribute. */
const node = { element: 1, text: 2 } as const;
const element = { namespace: 2, name: 3, attribute: 4, child: 5 } as const;
const attribute = { namespace: 1, name: 2, text: 3, resourceId: 5, compiled: 6 } as const;

/** Deeper elements are left out, as in the compiled form. */
const DEPTH = 128;

/** Fields between two moments in which the work can be left. */
const SOME = 256;

interface OpenElement extends XmlElement {
  name: string;
  namespace: string | null;
  readonly attributes: XmlAttribute[];
  readonly children: OpenElement[];
  readonly texts: string[];
}

/** An element that is still to be read. */
interface Waiting {
  readonly field: Field;
  readonly into: OpenElement;
  readonly depth: number;
}

/**
 * Reads a document as App Bundles keep it, `XmlNode` of aapt2's Resources.proto, into what the compiled form is read into.
 * What cannot be read is left out, with a problem.
 * @throws FormatError where the bytes hold no element
 */
export function* readProtoXml(bytes: Uint8Array, budgets: Budgets): Generator<number, XmlDocument, void> {
  const problems = new Problems();
  const anomalies = new XmlAnomalies();
  const held = bytes.subarray(0, budgets.documentBytes);
  const [first, ...rest] = partsOf(held, { start: 0, end: held.length }).filter(
    ({ number }) => number === node.element,
  );
  if (first === undefined) throw new FormatError('no XML as App Bundles keep it', 0);
  const root = opened(first.start);
  const waiting: Waiting[] = [first, ...rest].map((field) => ({ field, into: root, depth: 1 }));
  let elements = 1;
  let hasIds = false;
  let done = 0;
  function* fill({ field, into, depth }: Waiting): Generator<number, void, void> {
    for (const part of fieldsOf(held, field.start, field.end)) {
      if (++done % SOME === 0) yield SOME;
      if (part.type !== wire.bytes) continue;
      if (part.number === element.name) into.name = textAt(held, part);
      else if (part.number === element.namespace) into.namespace = textAt(held, part) || null;
      else if (part.number === element.attribute) {
        const read = attributeAt(held, part, anomalies);
        hasIds ||= read.resourceId !== null;
        into.attributes.push(read);
      } else if (part.number === element.child) {
        const inside = partsOf(held, part);
        for (const each of inside) if (each.number === node.text) into.texts.push(textAt(held, each));
        const child = inside.filter(({ number }) => number === node.element);
        if (child.length === 0) continue;
        if (depth >= DEPTH) throw new BudgetError('depth of XML', DEPTH, part.start);
        if (++elements > budgets.xmlElements) throw new BudgetError('xmlElements', budgets.xmlElements, part.start);
        const inner = opened(part.start);
        into.children.push(inner);
        for (const field of child) waiting.push({ field, into: inner, depth: depth + 1 });
      }
    }
  }
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const one = next;
    yield* attempt(
      () => fill(one),
      (_, error) => problems.failed(error),
    );
  }
  if (!hasIds) nameAll(root);
  return { root, anomalies: anomalies.list(), problems: problems.list };
}

/** Messages and texts in a message. One that stands in several pieces is all of them together (protobuf.dev, "Encoding", merging). */
function partsOf(bytes: Uint8Array, { start, end }: Pick<Field, 'start' | 'end'>): Field[] {
  return [...fieldsOf(bytes, start, end)].filter(({ type }) => type === wire.bytes);
}

const opened = (offset: number): OpenElement => ({
  name: '',
  namespace: null,
  attributes: [],
  children: [],
  texts: [],
  offset,
});

function attributeAt(bytes: Uint8Array, message: Field, anomalies: XmlAnomalies): XmlAttribute {
  let namespace: string | null = null;
  let own = '';
  let resourceId: number | null = null;
  let text: Field | null = null;
  let compiled: Field | null = null;
  for (const field of fieldsOf(bytes, message.start, message.end)) {
    if (field.number === attribute.resourceId && field.type === wire.varint) resourceId = field.value || null;
    if (field.type !== wire.bytes) continue;
    if (field.number === attribute.namespace) namespace = textAt(bytes, field) || null;
    else if (field.number === attribute.name) own = textAt(bytes, field);
    else if (field.number === attribute.text) text = field;
    else if (field.number === attribute.compiled) compiled = field;
  }
  const known = resourceId === null ? undefined : androidAttributeName(resourceId);
  if (known !== undefined && known !== own) {
    anomalies.add('axml.attribute-name', message.start, `the name of android:${known} is another`);
  }
  const raw = text === null ? null : textValue(bytes, text);
  const typed = compiled === null ? raw : itemAt(bytes, compiled);
  return {
    name: known ?? own,
    namespace,
    resourceId,
    raw: raw === null ? null : String(raw.value),
    ...(typed ?? textValue(bytes, { start: message.start, end: message.start })),
    place: typed?.place ?? raw?.place ?? null,
    offset: message.start,
  };
}

/** A document without a resource id has names alone: some tools write such. */
function nameAll(root: OpenElement): void {
  const waiting = [root];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    waiting.push(...next.children);
    for (const [i, each] of next.attributes.entries()) {
      if (each.namespace !== androidNamespace) continue;
      next.attributes[i] = { ...each, resourceId: androidAttributeId(each.name) ?? null };
    }
  }
}
