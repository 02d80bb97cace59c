import { knownOf } from '../asof.ts';
import { order } from '../order.ts';
import type { Rules } from '../rules/schema.ts';
import { confidences, type Detection, presenceFacts, type Report, type VendorFacts } from '../types.ts';

/** Every vendor that something aboard names, as the report's date knows it: also where no flow goes to it. */
export function vendorsNamed(
  { detections, endpoints, unidentified }: Pick<Report, 'detections' | 'endpoints' | 'unidentified'>,
  rules: Rules,
  asOf: string,
): VendorFacts[] {
  const byVendor = new Map<string, Detection[]>();
  for (const { vendor } of [...endpoints, ...unidentified]) if (vendor !== null) byVendor.set(vendor, []);
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
