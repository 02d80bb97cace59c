const isUpper = (code: number) => code >= 65 && code <= 90;
const isLower = (code: number) => (code >= 97 && code <= 122) || (code >= 48 && code <= 57);

/**
 * What an Objective-C class is called after: its prefix in capitals (`JMSG` of `JMSGMessage`), as Apple asks libraries to
 * have one, else its first words (`GeTui` of `GeTuiSdk`). Null for a name of neither shape, and for what Swift mangles.
 */
export function classGroup(name: string): string | null {
  let capitals = 0;
  while (isUpper(name.charCodeAt(capitals))) capitals++;
  if (capitals === 0 || capitals === name.length) return null;
  // The last capital begins the class's own name.
  if (capitals > 2 || (capitals === 2 && !isLower(name.charCodeAt(2)))) return name.slice(0, capitals - 1);
  if (capitals === 2) return null;
  let end = wordEnd(name, 0);
  // One of two letters says nothing alone: `Ge`.
  if (end < 4) end = wordEnd(name, end);
  return end > 2 && end < name.length ? name.slice(0, end) : null;
}

function wordEnd(name: string, from: number): number {
  let end = from + 1;
  while (end < name.length && isLower(name.charCodeAt(end))) end++;
  return Math.min(end, name.length);
}
