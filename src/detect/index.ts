import type { EntryFeatures, Grade } from '../inventory/facts.ts';
import { order } from '../order.ts';
import { cluesOf, says } from '../rules/clues.ts';
import type { Clue, Rules, Sdk } from '../rules/schema.ts';
import type { Confidence, Coverage, Detection, Platform, PresenceFact } from '../types.ts';
import { boundsOf, settled } from './bounds.ts';
import { type ClueHit, evidenceOf, isNameOnly, isOfPlatform } from './clue-hits.ts';
import { placeComponents } from './components.ts';
import { distributedAs, type Identities } from './distributed.ts';
import { explainSigns } from './explained.ts';
import { asFamily, productsOf } from './families.ts';
import { instancesOf } from './instances.ts';
import { isClassAlone, lackOf } from './needs.ts';

const presenceOf: Record<Grade, PresenceFact> = {
  defined: 'bundled',
  referenced: 'referenced',
  declared: 'declared',
  remote: 'remote',
};

/** Evidence listed for one detection; the rest is counted. */
const MOST_EVIDENCE = 24;

/** What of a reading tells more than its entries. */
interface Around extends Identities {
  /** Where something was not read, what an SDK lacks may stand there. */
  readonly coverage?: readonly Coverage[];
}

/** Features × clues → the SDKs aboard. Pure: the same features and rules give the same detections in the same order. */
export function* detect(
  entries: readonly EntryFeatures[],
  rules: Rules,
  platforms: ReadonlySet<Platform>,
  identities: Around,
): Generator<number, Detection[], void> {
  const isWhole = !identities.coverage?.some(({ matters, state }) => matters && state !== 'read');
  const clues = cluesOf(rules);
  const bySdk = new Map<string, ClueHit[]>();
  const all = new Map<string, ClueHit[]>();
  const more = new Map<string, number>();
  for (const entry of entries) {
    for (const hit of entry.hits) {
      const known = clues.get(hit.clue);
      if (!known || !isOfPlatform(known.clue, entry, platforms)) continue;
      const met = { clue: known.clue, id: known.id, hit, entry };
      append(all, known.sdk, met);
      if (says(known.clue)) append(bySdk, known.sdk, met);
    }
    for (const [clue, count] of entry.moreHits) {
      const known = clues.get(clue);
      if (known && says(known.clue)) more.set(known.sdk, (more.get(known.sdk) ?? 0) + count);
    }
  }
  const detections: Detection[] = [];
  const versioned = entries.filter(({ versions }) => versions.length > 0);
  yield entries.length;
  for (const { id, products } of productsOf(bySdk, rules)) {
    const sdk = rules.sdks.get(products[0] as string) as Sdk;
    const met = bySdk.get(sdk.id) ?? [];
    const lacks = isWhole ? lackOf(sdk, met, entries) : null;
    const detection = detectionOf(sdk, met, { versioned, moreHits: more.get(sdk.id) ?? 0, lacks });
    detections.push(products.length === 1 ? detection : asFamily(detection, id, products, rules));
    yield 1 + met.length;
  }
  detections.sort((a, b) => order(a.sdk, b.sdk));
  const explained = explainSigns(detections, { hits: all, more });
  yield entries.length;
  return placeComponents(explained, rules).map((detection) => {
    const met = bySdk.get(detection.products[0] ?? detection.sdk) ?? [];
    return { ...detection, distributedAs: distributedAs(detection, met, rules, identities) };
  });
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

function detectionOf(
  sdk: Sdk,
  met: readonly ClueHit[],
  {
    versioned,
    moreHits,
    lacks,
  }: { readonly versioned: readonly EntryFeatures[]; readonly moreHits: number; readonly lacks: string | null },
): Detection {
  // What is only named is not aboard: a reference proves nothing beside a definition, and nothing without one.
  // Nor do the classes of a stub.
  const counted = met.filter(
    (m) => m.clue.strength !== 'weak' && m.hit.grade !== 'referenced' && !(lacks !== null && isClassAlone(m)),
  );
  const strong = counted.filter((m) => m.clue.strength === 'strong' && !isNameOnly(m));
  const supporting = new Set(counted.filter((m) => m.clue.strength === 'supporting' || isNameOnly(m)).map(countsAs));
  const scored = strong.length > 0 || supporting.size >= sdk.need;
  const present = withoutWords(met, counted, sdk);
  const { instances, bounds } = scored
    ? settled(instancesOf(sdk, present, versioned), boundsOf(met))
    : { instances: [], bounds: null };
  const versions = new Set(instances.map((i) => i.version).filter((version) => version !== null));
  const evidence = chosen(met, sdk).map(evidenceOf);
  return {
    sdk: sdk.id,
    products: [sdk.id],
    name: sdk.name,
    family: sdk.family ?? null,
    vendor: sdk.vendor,
    candidates: [sdk.vendor],
    version: versions.size === 1 ? ([...versions][0] ?? null) : null,
    versionBounds: bounds,
    presence: [...new Set(present.map((m) => presenceOf[m.hit.grade]))].sort(),
    confidence: confidenceOf(strong, supporting.size, sdk),
    scored,
    ...(lacks === null ? {} : { lacks }),
    componentOf: [],
    distributedAs: [],
    onlyUserOf: [],
    instances,
    moreInstances: 0,
    evidence,
    moreEvidence: moreHits + met.length - evidence.length,
  };
}

/**
 * What says where the code is. Where a page fetches it, and what stands in the bundle would not do by itself, that is how
 * the app talks of it: its code is not aboard.
 */
function withoutWords(met: readonly ClueHit[], counted: readonly ClueHit[], sdk: Sdk): readonly ClueHit[] {
  if (met.every((m) => m.hit.grade !== 'remote')) return met;
  const aboard = counted.filter((m) => m.hit.grade !== 'remote');
  const isAboard = aboard.some((m) => m.clue.strength === 'strong') || new Set(aboard.map(countsAs)).size >= sdk.need;
  return isAboard ? met : met.filter((m) => m.hit.grade === 'remote');
}

/** A library's file name and its SONAME are one fact, and so is what has but a name, however many clues ask for them. */
function countsAs(met: ClueHit): string {
  const { clue, entry } = met;
  if (isNameOnly(met)) return `name ${entry.path.slice(entry.path.lastIndexOf('/') + 1)}`;
  return clue.kind === 'library' ? `library ${clue.is ?? clue.like ?? clue.under ?? clue.tail}` : clue.id;
}

function confidenceOf(strong: readonly ClueHit[], supporting: number, sdk: Sdk): Confidence {
  const kinds = new Set(strong.map((m) => m.clue.kind));
  if (strong.some((m) => m.hit.grade === 'defined') || kinds.size > 1) return 'high';
  if (strong.length > 0 || supporting >= sdk.need) return 'medium';
  return 'low';
}

/** What must have a piece of its own before anything has its second, in this order. */
const rounds: readonly ((met: ClueHit) => unknown)[] = [
  (m) => m.hit.grade,
  (m) => m.id,
  (m) => m.entry.path,
  (m) => `${m.id} ${m.entry.path}`,
  (m) => m,
];

/**
 * What is listed of an SDK: the strongest piece for each fact of its presence, then for each clue, each entry, each clue
 * in each entry, and then what is left.
 */
function chosen(met: readonly ClueHit[], sdk: Sdk): ClueHit[] {
  const sorted = [...met].sort(byStrength(sdk));
  const picked = new Set<ClueHit>();
  for (const keyOf of rounds) {
    const seen = new Set([...picked].map(keyOf));
    for (const each of sorted) {
      if (picked.size >= MOST_EVIDENCE) break;
      if (seen.has(keyOf(each))) continue;
      seen.add(keyOf(each));
      picked.add(each);
    }
  }
  return [...picked];
}

const strengths: readonly Clue['strength'][] = ['strong', 'supporting', 'weak', 'shows', 'explains'];
const grades: readonly Grade[] = ['defined', 'declared', 'remote', 'referenced'];

/** Strong clues first, then by path and place: stable whatever order the entries came in. */
function byStrength(sdk: Sdk): (a: ClueHit, b: ClueHit) => number {
  const place = new Map(sdk.clues.map((clue, i) => [clue.id, i]));
  return (a, b) =>
    strengths.indexOf(a.clue.strength) - strengths.indexOf(b.clue.strength) ||
    (place.get(a.clue.id) ?? 0) - (place.get(b.clue.id) ?? 0) ||
    grades.indexOf(a.hit.grade) - grades.indexOf(b.hit.grade) ||
    order(a.entry.path, b.entry.path) ||
    (a.hit.seen.spans[0]?.offset ?? -1) - (b.hit.seen.spans[0]?.offset ?? -1);
}
