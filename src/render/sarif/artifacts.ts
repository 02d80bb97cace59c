import type { Evidence, Report } from '../../types.ts';
import { fileOf } from '../outcome.ts';
import type { Around } from '../renderer.ts';
import { type Json, message, uriOf } from './words.ts';

const mimeTypes: Partial<Record<Report['bundle']['kind'], string>> = {
  apk: 'application/vnd.android.package-archive',
};

/** `outer!inner`; `outer!@place+length`, `outer!(gap at N)` and `outer!` are parts of an entry that have no name. */
function stepsOf(path: string): string[] {
  return path.split('!');
}

/**
 * The artifacts of a run: the bundle, its entries and what they hold, each within its parent (3.24.5). An entry whose
 * name holds a `!` is listed as what stands before it, and within that what stands behind.
 */
export class Artifacts {
  readonly #list: Json[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #isFile: boolean;

  constructor(report: Report, around: Around) {
    const { bundle } = report;
    // A lone file of code is the bundle and its only entry.
    this.#isFile = bundle.kind === 'macho' || bundle.kind === 'elf' || bundle.kind === 'archive';
    this.#list.push({
      location: { uri: uriOf(fileOf(report, around)) },
      roles: ['analysisTarget'],
      length: bundle.size,
      ...(mimeTypes[bundle.kind] ? { mimeType: mimeTypes[bundle.kind] } : {}),
      // Of a directory it is no digest of a file.
      ...(bundle.kind === 'app' ? {} : { hashes: { 'sha-256': bundle.sha256 } }),
    });
  }

  get list(): readonly Json[] {
    return this.#list;
  }

  /** The index of an entry, with its parents before it. @param sha256 digest of its content, where known */
  index(path: string, sha256: string | null = null): number {
    if (this.#isFile && !path.includes('!')) return 0;
    let parent = 0;
    let walked = '';
    const steps = stepsOf(path);
    steps.forEach((step, i) => {
      walked = i === 0 ? step : `${walked}!${step}`;
      let index = this.#indexes.get(walked);
      if (index === undefined) {
        index = this.#list.push(nested(step, parent, i)) - 1;
        this.#indexes.set(walked, index);
      }
      parent = index;
    });
    if (sha256 !== null) this.#list[parent] = { ...this.#list[parent], hashes: { 'sha-256': sha256 } };
    return parent;
  }

  /** Where a piece of evidence stands; `id` where a message or another location refers to it. */
  location(evidence: Evidence): Json {
    const { path, entrySha256, spans, text, encoding, how, kind, clue } = evidence;
    const index = this.index(path, entrySha256);
    const regions = spans.map(({ offset, length }) => ({ byteOffset: offset, byteLength: length }));
    const [first, ...rest] = regions;
    const snippet = encoding === 'decoded' || encoding === 'name' ? {} : { snippet: message(text) };
    const isName = kind === 'class' || kind === 'symbol' || kind === 'component';
    return {
      physicalLocation: {
        artifactLocation: this.reference(index),
        ...(first ? { region: { ...first, ...snippet } } : {}),
      },
      ...(isName ? { logicalLocations: [{ fullyQualifiedName: message(text).text, kind: 'type' }] } : {}),
      ...(rest.length > 0 ? { annotations: rest } : {}),
      message: message(`${how}${encoding === 'name' ? '' : `: "${text}"`} (${clue})`),
    };
  }

  reference(index: number): Json {
    const { location } = this.#list[index] as { location?: { uri: string } };
    return { ...(location ? { uri: location.uri } : {}), index };
  }
}

function nested(step: string, parentIndex: number, depth: number): Json {
  const place = /^@(\d+)\+(\d+)$/.exec(step);
  if (depth > 0 && place) {
    // Known by its place alone (3.24.4): what lies inside other content without being listed anywhere.
    return { offset: Number(place[1]), length: Number(place[2]), parentIndex };
  }
  const aside = /^\((?:gap|beside it,) at (\d+)\)$/.exec(step);
  if (depth > 0 && aside) return { offset: Number(aside[1]), parentIndex, description: message(step) };
  if (step === '') return { parentIndex, description: message(depth > 0 ? 'what the stream unpacks to' : 'no name') };
  // A path inside its parent begins with a slash (3.24.2).
  return { location: { uri: `/${uriOf(step)}` }, parentIndex };
}
