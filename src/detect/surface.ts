import type { Rules } from '../rules/schema.ts';
import type { App, BundleFacts, Unit } from '../types.ts';
import { Owners } from './owners.ts';

/** The bundle's facts, with whose code the components are that other apps can start. */
export function withComponentVendors(bundle: BundleFacts, rules: Rules): BundleFacts {
  if (!bundle.units.some(({ app }) => app.android)) return bundle;
  const owners = new Owners(rules);
  const owned = (app: App): App => {
    if (!app.android) return app;
    const exported = app.android.exported.map((each) => ({
      ...each,
      vendor: owners.ofPackage(each.name)?.vendor ?? null,
    }));
    return { ...app, android: { ...app.android, exported } };
  };
  const units = bundle.units.map((unit): Unit => ({ ...unit, app: owned(unit.app) }));
  return { ...bundle, units, app: units[0]?.app ?? bundle.app };
}
