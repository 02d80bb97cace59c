import { attempt } from '../../coverage.ts';
import { openResourceTable, type ResourceValue, resourceValues } from '../../formats/arsc/index.ts';
import { attribute, type XmlElement } from '../../formats/axml/index.ts';
import type { Coverage } from '../../types.ts';
import type { Reader } from '../app.ts';
import type { Entry } from '../entry.ts';

const TABLE = 'resources.arsc';

/** Res_value::dataType of what leads to a resource, static and dynamic; a theme's attribute means nothing in a manifest. */
const references: ReadonlySet<number> = new Set([0x01, 0x07]);

/** What a table holds under an id. */
type LookUp = (id: number) => readonly ResourceValue[];

/** What the attributes of an APK's documents say, with what the resource table holds in the place of references. */
export class Resources {
  readonly #lookUp: LookUp | null;
  /** Documents ask for the same resource over and over. */
  readonly #known = new Map<number, readonly ResourceValue[]>();

  constructor(lookUp: LookUp | null) {
    this.#lookUp = lookUp;
  }

  /** Every value that an attribute has in some configuration, the default one's first; of a plain value, itself. */
  values(element: XmlElement, name: string): readonly ResourceValue[] {
    const found = attribute(element, name);
    if (!found) return [];
    if (found.reference !== null) return references.has(found.type) ? this.#of(found.reference) : [];
    const value = found.value ?? found.raw;
    return value === null ? [] : [{ language: '', isDefault: true, value, place: null }];
  }

  /** The value that the platform takes where no configuration fits better, as text. */
  text(element: XmlElement, name: string): string | null {
    const first = this.#first(element, name);
    return first === null ? null : String(first);
  }

  /** A flag, of a text as XmlUtils.convertValueToBoolean has it; null where nothing says. */
  flag(element: XmlElement, name: string): boolean | null {
    const value = this.#first(element, name);
    if (value === null) return null;
    return typeof value === 'string' ? value === '1' || value === 'true' || value === 'TRUE' : Number(value) !== 0;
  }

  /** Whether an attribute leads to a resource, whatever that holds. */
  isReferred(element: XmlElement, name: string): boolean {
    const found = attribute(element, name);
    return found !== undefined && found.reference !== null && references.has(found.type);
  }

  /** The first of `values`, without a list around it: of nearly every attribute it is the value that stands there. */
  #first(element: XmlElement, name: string): ResourceValue['value'] | null {
    const found = attribute(element, name);
    if (!found) return null;
    if (found.reference === null) return found.value ?? found.raw;
    return references.has(found.type) ? (this.#of(found.reference)[0]?.value ?? null) : null;
  }

  #of(id: number): readonly ResourceValue[] {
    if (!this.#lookUp) return [];
    const known = this.#known.get(id);
    if (known) return known;
    const found = this.#lookUp(id);
    this.#known.set(id, found);
    return found;
  }
}

/**
 * The resource table, held while the manifest is read. That it cannot be read hides no code: its bytes are searched like
 * any other's, and what names by reference mean is not known then.
 */
export async function readResources(
  entries: readonly Entry[],
  reader: Reader,
  coverage: Coverage[],
): Promise<Resources> {
  return readTable(TABLE, entries, reader, coverage, (bytes) => {
    const table = openResourceTable(bytes, (steps) => reader.streamer.allowance.spend(steps));
    return { isWhole: table.isWhole, lookUp: (id) => resourceValues(table, id) };
  });
}

/**
 * The same of a table of whatever form.
 * @param open finds what the table has; `isWhole` is false where the scan may not spend enough for it
 */
export async function readTable(
  file: string,
  entries: readonly Entry[],
  { streamer, budgets }: Reader,
  coverage: Coverage[],
  open: (bytes: Uint8Array) => { readonly isWhole: boolean; readonly lookUp: LookUp },
): Promise<Resources> {
  const entry = entries.find(({ path }) => path === file);
  if (!entry) return new Resources(null);
  const fail = (reason: Coverage['reason'], offset: number | null, detail: string) => {
    const why = `references of the manifest were not followed: ${detail}`;
    coverage.push({ path: file, format: 'resources', state: 'partial', reason, offset, detail: why, matters: false });
    return null;
  };
  const table = await attempt(
    async () => {
      const { content, close } = await entry.locate();
      try {
        const { bytes, end } = await streamer.collect(content, budgets.heldBytes);
        if (end.state !== 'whole') return fail(end.state === 'budget' ? 'budget' : 'malformed', end.bytes, 'cut off');
        const { isWhole, lookUp } = open(bytes);
        return isWhole ? lookUp : fail('budget', null, 'the table has more parts than its size allows for');
      } finally {
        close();
      }
    },
    ({ reason, offset, message }) => fail(reason, offset, message),
  );
  return new Resources(table);
}
