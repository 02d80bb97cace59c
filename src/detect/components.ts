import type { Rules, Sdk } from '../rules/schema.ts';
import type { Detection, Instance } from '../types.ts';
import { isBytecode } from './instances.ts';

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
    const owned = owners.map((owner) => ({
      sdk: owner.sdk,
      files: new Set(owner.instances.filter((i) => !isBytecode(i.arch)).map(fileOf)),
      prefixes: prefixesOf(owner, rules),
    }));
    const instances = detection.instances.map((instance) => ({ ...instance, within: ownerOf(instance, owned) }));
    const componentOf = [...new Set(instances.map((i) => i.within).filter((id) => id !== null))].sort();
    return { ...detection, instances, componentOf };
  });
}

/** An SDK that holds others, and where its own code stands. */
interface Owner {
  readonly sdk: string;
  readonly files: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}

const fileOf = ({ path, arch }: Instance) => `${path}\n${arch ?? ''}`;

function ownerOf(instance: Instance, owners: readonly Owner[]): string | null {
  // Native code in the owner's own library or framework.
  const file = fileOf(instance);
  const sameFile = isBytecode(instance.arch) ? undefined : owners.find((owner) => owner.files.has(file));
  if (sameFile) return sameFile.sdk;
  const { namespace } = instance;
  const prefixed = owners.find((owner) => owner.prefixes.some((prefix) => namespace === prefix));
  if (prefixed) return prefixed.sdk;
  // An owner that does not re-prefix brings the plain one.
  const plain = owners.find((owner) => owner.prefixes.length === 0);
  return plain?.sdk ?? null;
}

/** Packages under which an SDK brings a re-prefixed component: class clues that end in the component's own label. */
function prefixesOf(owner: Detection, rules: Rules): string[] {
  const sdks = owner.products.map((id) => rules.sdks.get(id)).filter((sdk): sdk is Sdk => sdk !== undefined);
  return sdks.flatMap((sdk) => sdk.clues.map((c) => c.under ?? '').filter((under) => under.endsWith('.webrtc')));
}
