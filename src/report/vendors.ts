import { knownOf } from '../asof.ts';
import { order } from '../order.ts';
import type { Rules } from '../rules/schema.ts';
import type { TracedFlow } from '../trace/flow.ts';
import { confidences, type Detection, presenceFacts, type Report, type VendorFacts } from '../types.ts';

interface Named extends Pick<Report, 'detections' | 'endpoints' | 'unidentified' | 'findings'> {
  readonly flows: readonly TracedFlow[];
}

/** Every vendor that something aboard or a finding names, as the report's date knows it: also where no flow goes to it. */
export function vendorsNamed(
  { detections, endpoints, unidentified, findings, flows }: Named,
  rules: Rules,
  asOf: string,
): VendorFacts[] {
  const byVendor = new Map<string, Detection[]>();
  // A host that judging saw may be one too many for the list of endpoints.
  const receiving = [...findings.map(({ recipient }) => recipient), ...flows.map(({ recipient }) => recipient.id)];
  const others = [...endpoints, ...unidentified].map(({ vendor }) => vendor);
  for (const id of [...receiving, ...others]) if (id !== null) byVendor.set(id, []);
  for (const detection of detections) {
    const { vendor, candidates } = detection;
    for (const id of vendor === null ? candidates : [vendor]) {
      byVendor.set(id, [...(byVendor.get(id) ?? []), detection]);
    }
  }
  return [...byVendor]
    .sort(([a], [b]) => order(a, b))
    .flatMap(([id, found]) => {
      const vendor = rules.vendors.get(id);
      if (!vendor) return [];
      // A sign that was not counted says nothing of where its maker's code is.
      const counted = found.filter(({ scored }) => scored);
      return {
        id,
        name: vendor.name,
        receives: vendor.recipient,
        ...knownOf(vendor, asOf),
        presence: presenceFacts.filter((fact) => counted.some(({ presence }) => presence.includes(fact))),
        confidence: confidences.find((level) => counted.some(({ confidence }) => confidence === level)) ?? null,
      };
    });
}
