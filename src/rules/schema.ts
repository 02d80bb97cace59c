import type { Category } from './schema/category.ts';
import type { Jurisdiction } from './schema/jurisdiction.ts';
import type { Listed } from './schema/listed.ts';
import type { Permissions } from './schema/permission.ts';
import type { Policy } from './schema/policy.ts';
import type { Runtimes } from './schema/runtime.ts';
import type { Sdk } from './schema/sdk.ts';
import type { Vendor } from './schema/vendor.ts';

/** The shapes of rule files, a file for each kind. `rules/README.md` explains each field with an example. */

export { Source } from './basic.ts';
export * from './schema/category.ts';
export * from './schema/clue.ts';
export * from './schema/jurisdiction.ts';
export * from './schema/listed.ts';
export * from './schema/permission.ts';
export * from './schema/policy.ts';
export * from './schema/runtime.ts';
export * from './schema/sdk.ts';
export * from './schema/vendor.ts';
export { ApiCall, Switch } from './switches.ts';

/** All rule files of a scan, by id. */
export interface Rules {
  readonly sdks: ReadonlyMap<string, Sdk>;
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly jurisdictions: ReadonlyMap<string, Jurisdiction>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly runtimes: ReadonlyMap<string, Runtimes>;
  readonly permissions: ReadonlyMap<string, Permissions>;
  readonly listed: ReadonlyMap<string, Listed>;
  /** Those of packs: the ones that ship are words of Waybill's own. */
  readonly categories: ReadonlyMap<string, Category>;
  /** sha256 over every rule, independent of file order and white space. */
  readonly digest: string;
}
