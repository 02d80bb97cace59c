/** Names of parameters that a template fills in: `listener` and `venderID` of `…?listener=%u&venderID=%s&fixed=1`. */
export function templateParameters(url: string): string[] {
  const query = url.slice(url.indexOf('?') + 1);
  if (!url.includes('?')) return [];
  return query
    .split('&')
    .map(
      (pair) => /^([A-Za-z0-9_.[\]-]{1,64})=(?:%[-0-9.*]*[a-zA-Z@]|\{[^}]*\}|\$\{[^}]*\}|\$[A-Za-z_]+)/.exec(pair)?.[1],
    )
    .filter((name) => name !== undefined);
}
