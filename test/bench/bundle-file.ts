/** Makes one bundle if it is not there and prints its path: `node bundle-file.js NAME`. */
import { bundles } from './bundles.ts';

console.log(bundles.find(({ name }) => name === process.argv[2])?.file());
