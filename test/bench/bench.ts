import { apk100, bundles, realApks } from './bundles.ts';
import { dexShare } from './dex-share.ts';
import { peers } from './peers.ts';
import { install } from './peers-install.ts';
import { startup } from './startup.ts';
import { wholeScans } from './whole-scans.ts';
import { zlibPaths } from './zlib-paths.ts';

/** What can be asked for by name. The peers are only run when asked for: they need Python, and minutes. */
const parts: Readonly<Record<string, () => void | Promise<void>>> = {
  dex: () => dexShare(realApks),
  zlib: () => zlibPaths(apk100),
  startup: () => startup(realApks[0]!),
  peers: () => (process.argv[3] === 'install' ? install() : peers(realApks)),
};

const [, , only] = process.argv;
const part = parts[only ?? ''];
const named = bundles.filter(({ name }) => only !== undefined && name.includes(only));
if (only === undefined) {
  wholeScans(bundles);
  for (const [name, measure] of Object.entries(parts)) if (name !== 'peers') await measure();
} else if (part) await part();
else if (named.length > 0) wholeScans(named);
else {
  console.error(
    'usage: npm run bench [-- dex | zlib | startup | peers [install] | <part of a bundle\'s name, as "6 MB">]',
  );
  process.exitCode = 64;
}
