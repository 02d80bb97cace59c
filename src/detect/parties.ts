import type { Rules } from '../rules/schema.ts';

/** Second labels under which a country gives names out: `uk.co.acme` is Acme's, `uk.co` nobody's. */
const registries = ['ac', 'co', 'com', 'edu', 'gov', 'net', 'or', 'org'];

/** What tools write where nobody chose an id. */
const nobodys = ['org.cocoapods', 'com.yourcompany', 'com.company', 'com.example'];

/** The reversed domain that an id or package begins with; null for one that names no domain, so no party. */
export function partyOf(id: string): string | null {
  const labels = id.toLowerCase().split('.');
  const count = labels[0]?.length === 2 && registries.includes(labels[1] ?? '') ? 3 : 2;
  const party = labels.slice(0, count).join('.');
  return labels.length < count || nobodys.includes(party) ? null : party;
}

/** Whether a bundle id names no party, or may be one of these vendors': by domain, or by their name anywhere in it. */
export function isOwnId(id: string, vendors: readonly string[], rules: Rules): boolean {
  const party = partyOf(id);
  if (party === null) return true;
  const text = id.toLowerCase();
  return vendors.some((vendorId) => {
    const vendor = rules.vendors.get(vendorId);
    if (text.includes(vendorId.replaceAll('-', ''))) return true;
    if (vendor?.hosts.some(({ host }) => partyOf(host.split('.').reverse().join('.')) === party)) return true;
    return [...rules.sdks.values()].some(
      (sdk) =>
        sdk.vendor === vendorId &&
        sdk.clues.some(({ kind, is, under }) => {
          const value = is ?? under ?? '';
          if (kind === 'class' || kind === 'bundle-id' || kind === 'component') return partyOf(value) === party;
          // `AgoraRtcKit.framework`: the product's own name.
          return kind === 'library' && value.endsWith('.framework') && text.includes(value.slice(0, -10).toLowerCase());
        }),
    );
  });
}
