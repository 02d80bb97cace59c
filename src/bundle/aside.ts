import type { Coverage } from '../types.ts';
import { isUnitFolder } from './unit.ts';

/** What CoreFoundation reads in place of Info.plist on a phone (swift-corelibs-foundation, CFBundle_InfoPlist.c, seen 2026-11-26). */
const PLATFORM_LIST = 'Info-iphoneos.plist';

/**
 * What iOS takes for a part of an app and this reader does not: files below another spelling of the app's folder, which
 * the file system takes for the same, and a property list that goes before that of the unit while the app runs.
 * @param roots folders of the apps, with `/` at their ends
 */
export function asideCoverage(entries: readonly { readonly path: string }[], roots: readonly string[]): Coverage[] {
  const spelled = roots.filter((root) => /[^\0-\x7f]/.test(root)).map((root) => root.normalize('NFC'));
  const found: Coverage[] = [];
  const matter = (path: string, detail: string) => {
    found.push({
      path,
      format: 'plist',
      state: 'unreadable',
      reason: 'unsupported',
      offset: null,
      detail,
      matters: true,
    });
  };
  let others = 0;
  for (const { path } of entries) {
    if (path.endsWith(PLATFORM_LIST) && isOwn(path, roots)) {
      matter(path, 'the system reads it in place of Info.plist while the app runs, and it was not read');
    }
    if (spelled.length === 0 || roots.some((root) => path.startsWith(root))) continue;
    if (spelled.some((root) => path.normalize('NFC').startsWith(root))) others++;
  }
  if (others > 0) {
    const files = others === 1 ? 'one file stands' : `${others} files stand`;
    matter(`${roots[0]}(all files)`, `${files} in the app's folder by another spelling, and not read as its own`);
  }
  return found;
}

/** Whether it stands in the folder of an app or of a unit inside one. */
function isOwn(path: string, roots: readonly string[]): boolean {
  const folder = path.slice(0, -PLATFORM_LIST.length);
  return roots.includes(folder) || (roots.some((root) => path.startsWith(root)) && isUnitFolder(folder.slice(0, -1)));
}
