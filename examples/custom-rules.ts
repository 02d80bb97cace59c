import { fileURLToPath } from 'node:url';
import { checkRules, loadRules, scan } from 'waybill';
import { buildBundle } from '../test/build/bundle.ts';

/** A rule pack of one's own: checked, loaded on top of the rules that ship, and found in an app. Acme is made up. */
const pack = fileURLToPath(new URL('../../examples/custom-rules/rules', import.meta.url));

const problems = checkRules([{ directory: pack }], { asOf: '2026-11-26' });
for (const { file, field, message } of problems) console.log(`${file}: ${field}: ${message}`);

const app = buildBundle({
  files: {
    'AndroidManifest.xml': { axml: { name: 'manifest', attributes: { package: 'org.example.app' } } },
    'classes.dex': { dex: { classes: [{ name: 'com.acme.rtc.Engine' }] } },
  },
});
for (const [name, rules] of Object.entries({ shipped: loadRules(), 'with Acme': loadRules(pack) })) {
  const { detections, vendors } = await scan(app, { rules, asOf: '2026-11-26' });
  const known = detections.map(({ sdk, vendor }) => {
    const countries = vendors.find(({ id }) => id === vendor)?.entities.map(({ country }) => country);
    return `${sdk} of ${vendor}, ${countries?.join(' ')}`;
  });
  console.log(`${name}: ${known.join('; ') || 'no SDK known'}`);
}
// The twins of the pack prove it: waybill rules test examples/custom-rules/rules
