const isUpper = (code: number) => code >= 65 && code <= 90;
const isLower = (code: number) => (code >= 97 && code <= 122) || (code >= 48 && code <= 57);

/** What a class's own name begins with in capitals, and a prefix does not end with: `AFHTTPClient`, `RCTUIManager`. */
const abbreviations = ['HTTP', 'HTTPS', 'URL', 'URI', 'UI', 'JSON', 'XML', 'HTML', 'SSL', 'TLS', 'TCP', 'UDP', 'SQL'];

/**
 * What an Objective-C class is called after: its prefix in capitals (`JMSG` of `JMSGMessage`), as Apple asks libraries to
 * have one, else its first words (`GeTui` of `GeTuiSdk`). Null for a name of neither shape, and for what Swift mangles.
 */
export function classGroup(name: string): string | null {
  let capitals = 0;
  while (isUpper(name.charCodeAt(capitals))) capitals++;
  if (capitals === 0 || capitals === name.length) return null;
  // The last capital begins the class's own name.
  if (capitals > 2 || (capitals === 2 && !isLower(name.charCodeAt(2)))) return prefixOf(name.slice(0, capitals - 1));
  if (capitals === 2) return null;
  let end = wordEnd(name, 0);
  // One of two letters says nothing alone: `Ge`.
  if (end < 4) end = wordEnd(name, end);
  return end > 2 && end < name.length ? name.slice(0, end) : null;
}

/** A prefix without the abbreviation behind it, where two letters are left. */
function prefixOf(capitals: string): string {
  const behind = abbreviations.find((each) => capitals.length >= each.length + 2 && capitals.endsWith(each));
  return behind === undefined ? capitals : capitals.slice(0, -behind.length);
}

/** What two names called alike have in common, in whole words: `CodePush` of `CodePushPackage` and `CodePushConfig`. */
export function commonWords(one: string, other: string): string {
  let end = 0;
  while (end < one.length && end < other.length && one[end] === other[end]) end++;
  while (end > 0 && !(endsWord(one, end) && endsWord(other, end))) end--;
  return one.slice(0, end);
}

function endsWord(name: string, end: number): boolean {
  return end === name.length || (isUpper(name.charCodeAt(end)) && !isUpper(name.charCodeAt(end - 1)));
}

function wordEnd(name: string, from: number): number {
  let end = from + 1;
  while (end < name.length && isLower(name.charCodeAt(end))) end++;
  return Math.min(end, name.length);
}
