import { order } from '../order.ts';
import type { Detection, Report, Unit } from '../types.ts';
import { releasesOf } from './compare.ts';
import type {
  ControlItem,
  EndpointItem,
  FindingItem,
  FlowItem,
  GapItem,
  LibraryItem,
  PartyItem,
  PermissionItem,
  SdkItem,
} from './shape.ts';

/** What a report holds, cut down to what is compared: nothing that every build changes (digests, offsets, sizes, paths). */

export function findingItems({ findings }: Report): FindingItem[] {
  return findings.map(({ id, title, level, state, open }) => ({ id, title, level, state, open }));
}

export function sdkItems({ detections }: Report): SdkItem[] {
  return detections.map((detection) => ({
    id: detection.sdk,
    name: detection.name,
    ...releasesIn(detection),
    vendor: detection.vendor ?? detection.candidates.join(','),
    presence: [...detection.presence],
    counted: detection.scored,
  }));
}

/** What bounds a release says nothing more where one is shown. */
function releasesIn({ version, versionBounds, instances }: Detection): Pick<SdkItem, 'versions' | 'bounds'> {
  const versions = releasesOf([version, ...instances.map((instance) => instance.version)]);
  if (versions.length > 0 || versionBounds === null) return { versions, bounds: null };
  return { versions, bounds: { from: versionBounds.from, before: versionBounds.before } };
}

/** SDK → its family, so that a product that could not be told from its sisters is no other SDK once it can. */
export function familiesOf(...reports: readonly Report[]): ReadonlyMap<string, string> {
  const found = reports.flatMap(({ detections }) => detections);
  return new Map(found.map(({ sdk, family }) => [sdk, family ?? sdk]));
}

export function flowItems({ flows }: Report): FlowItem[] {
  return flows.map((flow) => ({
    id: flow.id,
    data: flow.data,
    recipient: flow.recipient,
    sdk: flow.sdk,
    host: flow.host,
    basis: flow.basis,
    protection: flow.protection,
    region: flow.region === null ? null : { in: [...flow.region.in], out: [...flow.region.out] },
  }));
}

/** What a flow is but for its recipient. */
export const flowRoute = ({ data, sdk, host }: FlowItem): string => JSON.stringify([data, sdk, host]);

/** Controls of an SDK, each once, whichever of its flows they are of. */
export function controlItems({ flows }: Report): ControlItem[] {
  const found = new Map<string, ControlItem>();
  for (const { sdk, controls } of flows) {
    if (sdk === null) continue;
    for (const { id, name, state } of controls) {
      const key = `${sdk}/${id}`;
      const states = new Set([...(found.get(key)?.states ?? []), state]);
      found.set(key, { id: key, sdk, name, states: [...states].sort() });
    }
  }
  return [...found.values()];
}

export function endpointItems({ endpoints }: Report): EndpointItem[] {
  return endpoints.map(({ host, scheme, vendor, sdk, inCode }) => ({
    ...{ id: scheme === null ? host : `${scheme}://${host}` },
    ...{ vendor, sdk, inCode },
  }));
}

export function permissionItems({ bundle }: Report): PermissionItem[] {
  return bundle.units.flatMap(({ app, ...unit }, i) => {
    const own = i === 0 ? null : unitName({ app, ...unit });
    const limits = new Map(app.permissionLimits.map(({ name, maxSdk }) => [name, maxSdk]));
    const item = (permission: string, asked: boolean): PermissionItem => ({
      id: own === null ? permission : `${own}: ${permission}`,
      ...{ permission, unit: own, asked, maxSdk: limits.get(permission) ?? null },
    });
    const asked = new Set(app.permissions);
    const granted = app.implied.filter(({ name }) => !asked.has(name));
    return [...[...asked].map((name) => item(name, true)), ...granted.map(({ name }) => item(name, false))];
  });
}

/** Its folder bears the app's name and may change; its id does not. */
function unitName({ kind, path, app }: Unit): string {
  return `${kind} ${app.id ?? path}`;
}

export function partyItems({ unidentified }: Report): PartyItem[] {
  return unidentified.map(({ kind, name, version, vendor }) => ({
    ...{ id: `${kind} ${name}`, kind, name, version, vendor },
  }));
}

export function libraryItems({ libraries }: Report): LibraryItem[] {
  return withVersions(libraries.map(({ name, version }) => [name, version]));
}

export function runtimeItems({ runtimes }: Report): LibraryItem[] {
  return withVersions(runtimes.map(({ name, version }) => [name, version]));
}

function withVersions(named: readonly (readonly [string, string | null])[]): LibraryItem[] {
  const found = new Map<string, (string | null)[]>();
  for (const [name, version] of named) {
    const versions = found.get(name);
    if (versions) versions.push(version);
    else found.set(name, [version]);
  }
  return [...found].map(([id, versions]) => ({ id, versions: releasesOf(versions) }));
}

/** Places that could hide an SDK, each with the worst that is said of it. */
export function gapItems({ coverage }: Report): GapItem[] {
  const found = new Map<string, GapItem>();
  for (const { path, format, state, reason, matters } of coverage) {
    if (!matters || state === 'read') continue;
    const id = `${path} (${format}, ${reason ?? 'no reason given'})`;
    if (!found.has(id)) found.set(id, { id, path, format, state, reason });
  }
  return [...found.values()].sort((a, b) => order(a.id, b.id));
}
