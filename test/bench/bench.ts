import { apk100, bundles, realApks } from './bundles.ts';
import { callsCost } from './calls.ts';
import { dexShare } from './dex-share.ts';
import { kindCosts } from './kinds.ts';
import { pairs } from './pairs.ts';
import { peers } from './peers.ts';
import { install } from './peers-install.ts';
import { poolCost } from './pool.ts';
import { startup } from './startup.ts';
import { tables } from './tables.ts';
import { wholeScans } from './whole-scans.ts';
import { zlibPaths } from './zlib-paths.ts';

const [, , only, ...rest] = process.argv;

/** What can be asked for by name. */
const parts: Readonly<Record<string, () => void | Promise<void>>> = {
  dex: () => dexShare(realApks),
  zlib: () => zlibPaths(apk100),
  startup: () => startup(realApks[0]!),
  calls: callsCost,
  pool: () => poolCost(realApks[0]!),
  peers: () => (rest[0] === 'install' ? install() : peers(realApks)),
  pairs: () => pairs(rest),
  tables: () => tables(rest[0]),
  kinds: () => kindCosts(rest[0]),
};

/** Only run when asked for: peers need Python and minutes, pairs another build, tables minutes. */
const onRequest = ['peers', 'pairs', 'tables'];
const part = parts[only ?? ''];
const named = bundles.filter(({ name }) => only !== undefined && name.includes(only));
if (only === undefined) {
  wholeScans(bundles);
  for (const [name, measure] of Object.entries(parts)) if (!onRequest.includes(name)) await measure();
} else if (part) await part();
else if (named.length > 0) wholeScans(named);
else {
  console.error(
    'usage: npm run bench [-- dex | zlib | startup | calls | pool | peers [install] | pairs OTHER_DIST [ROUNDS] | tables [KIND] | kinds [KIND] | <part of a bundle\'s name, as "6 MB">]',
  );
  process.exitCode = 64;
}
