/**
 * Packages of an app's own code by its id, which may lie inside those of an SDK: a vendor's own apps are built so. The one
 * above the id is the app's as long as it still lies inside.
 * @param sdk packages of the SDK, dotted
 */
export function ownCodeInside(appId: string | null, sdk: readonly string[]): readonly string[] {
  if (appId === null) return [];
  const above = appId.slice(0, Math.max(0, appId.lastIndexOf('.')));
  return [appId, above].filter((each) => sdk.some((one) => each.startsWith(`${one}.`)));
}
