import type { Rules, Sdk } from '../rules/schema.ts';
import type { Detection, Instance } from '../types.ts';

/**
 * Says of each instance inside which other SDK it stands. WebRTC in Twilio's library is Twilio's; a second WebRTC in the
 * same app is the app's own.
 */
export function placeComponents(detections: readonly Detection[], rules: Rules): Detection[] {
  return detections.map((detection) => {
    const owners = detections.filter(
      (other) => other.scored && other.products.some((id) => rules.sdks.get(id)?.contains.includes(detection.sdk)),
    );
    if (owners.length === 0) return detection;
    const instances = detection.instances.map((instance) => ({
      ...instance,
      within: ownerOf(instance, owners, rules),
    }));
    const componentOf = [...new Set(instances.map((i) => i.within).filter((id) => id !== null))].sort();
    return { ...detection, instances, componentOf };
  });
}

function ownerOf(instance: Instance, owners: readonly Detection[], rules: Rules): string | null {
  // Native code in the owner's own library or framework.
  const sameFile = owners.find((owner) =>
    owner.instances.some((i) => i.path === instance.path && instance.arch !== 'dex' && i.arch === instance.arch),
  );
  if (sameFile) return sameFile.sdk;
  const { namespace } = instance;
  const prefixed = owners.find((owner) => prefixesOf(owner, rules).some((prefix) => namespace === prefix));
  if (prefixed) return prefixed.sdk;
  // An owner that does not re-prefix brings the plain one.
  const plain = owners.find((owner) => prefixesOf(owner, rules).length === 0);
  return plain?.sdk ?? null;
}

/** Packages under which an SDK brings a re-prefixed component: class clues that end in the component's own label. */
function prefixesOf(owner: Detection, rules: Rules): string[] {
  const sdks = owner.products.map((id) => rules.sdks.get(id)).filter((sdk): sdk is Sdk => sdk !== undefined);
  return sdks.flatMap((sdk) => sdk.clues.map((c) => c.under ?? '').filter((under) => under.endsWith('.webrtc')));
}
