/** `waybill/rules`: the rules that ship with the package, for where there is no file system. */
import { packedRules } from './pack.ts';
import type { Rules } from './schema.ts';

function shipped(): Rules {
  const rules = packedRules();
  if (!rules) throw new Error('waybill/rules holds the rules once `npm run build` has packed them');
  return rules;
}

export const shippedRules: Rules = shipped();
