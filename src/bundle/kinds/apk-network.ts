import type { Working } from '../../allowance.ts';
import type { Budgets } from '../../budgets.ts';
import { attempt, byReason } from '../../coverage.ts';
import type { XmlDocument, XmlElement } from '../../formats/axml/index.ts';
import type { App, Coverage, NetworkRules, NetworkSecurity } from '../../types.ts';
import { type Reader, readDocument } from '../app.ts';
import type { Entry } from '../entry.ts';
import { type Configured, readNetworkConfig } from './apk-network-config.ts';
import { targetOf } from './apk-permissions.ts';
import type { Resources } from './apk-resources.ts';

/** API levels from which an app, by its target, has to ask for what it had before (AOSP, NetworkSecurityConfig). */
const USER_ANCHORS_UNTIL = 23;
const CLEARTEXT_UNTIL = 27;

/** Files of a configuration for one device or another that are named. */
const MOST_VARIANTS = 8;

interface Around {
  readonly entries: readonly Entry[];
  readonly reader: Reader;
  readonly coverage: Coverage[];
  parse(bytes: Uint8Array, budgets: Budgets): Working<XmlDocument>;
}

/**
 * What the manifest, and the document that it names, say of the app's connections. What cannot be read hides no code: it
 * is said, and the rules are not known then.
 */
export async function networkOf(
  manifest: XmlElement,
  resources: Resources,
  { minOs, targetOs }: Pick<App, 'minOs' | 'targetOs'>,
  { entries, reader, coverage, parse }: Around,
): Promise<NetworkSecurity | null> {
  const application = manifest.children.find(({ name }) => name === 'application');
  if (!application) return null;
  const target = targetOf({ minOs, targetOs });
  const defaults: NetworkRules = {
    cleartext: target <= CLEARTEXT_UNTIL,
    trust: target <= USER_ANCHORS_UNTIL ? ['system', 'user'] : ['system'],
  };
  const usesCleartextTraffic = resources.flag(application, 'usesCleartextTraffic');
  const none = { usesCleartextTraffic, domains: [], moreDomains: 0, variants: [] };
  if (!resources.isReferred(application, 'networkSecurityConfig')) {
    const base = { ...defaults, cleartext: usesCleartextTraffic ?? defaults.cleartext };
    return { ...none, config: null, base };
  }
  const [path, ...others] = [
    ...new Set(resources.values(application, 'networkSecurityConfig').map(({ value }) => String(value))),
  ];
  const unknown: NetworkSecurity = { ...none, config: { path: path ?? null, isRead: false }, base: null };
  const entry = entries.find((each) => each.path === path);
  const fail = (reason: Coverage['reason'], offset: number | null, why: string) => {
    const detail = `the network security configuration that the manifest names was not read: ${why}`;
    const where = entry?.path ?? 'AndroidManifest.xml';
    coverage.push({ path: where, format: 'manifest', state: 'partial', reason, offset, detail, matters: false });
    return unknown;
  };
  if (path === undefined) return fail('missing', null, 'no resource table says where it is');
  if (!entry) return fail('missing', null, `${JSON.stringify(path.slice(0, 100))} is not aboard`);
  const lines: Coverage[] = [];
  const read = await readDocument(entry, 'manifest', reader, { coverage: lines, anomalies: [] });
  const [line] = lines;
  if (!read) return fail(line?.reason ?? 'malformed', line?.offset ?? null, line?.detail ?? 'unreadable');
  let failed: NetworkSecurity | null = null;
  const configured = await attempt(
    async (): Promise<Configured | null> => {
      const { root, problems } = await reader.streamer.run(parse(read.bytes, reader.budgets));
      const [problem] = byReason(problems);
      if (problem) failed = fail(problem.reason, problem.offset, problem.message);
      return root && !problem
        ? readNetworkConfig(root, defaults, resources.flag(application, 'debuggable') === true)
        : null;
    },
    ({ reason, offset, message }) => {
      failed = fail(reason, offset, message);
    },
  );
  if (configured === null) return failed ?? unknown;
  const variants = others.slice(0, MOST_VARIANTS);
  return { ...none, ...configured, variants, config: { path, isRead: true } };
}
