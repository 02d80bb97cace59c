import type { App, Platform, Provisioning, UnitKind } from '../types.ts';
import { LONGEST_PATH } from './links.ts';

/** An app inside a bundle, as its documents tell of it: what stands below its root is its own. */
export interface UnitFacts {
  readonly kind: UnitKind;
  readonly platform: Platform;
  /** Its folder with `/` at the end, or the archive that it is with `!`; empty where the bundle is the unit. */
  readonly root: string;
  readonly app: App;
  /** Entry path of its own executable (iOS). */
  readonly executable: string | null;
  /** What its provisioning profile says (iOS); left out where there is none. */
  readonly provisioning?: Provisioning | undefined;
}

/** Folders that an iOS unit other than a bare directory can be. */
const endings = ['.app', '.appex'];

/** Where the app of a watch stands, and where a store leaves its Info.plist without its code. */
const WATCH_FOLDERS = new Set(['Watch', 'com.apple.WatchPlaceholder']);

/** Whether a folder is a unit of its own by its name. */
export function isUnitFolder(folder: string): boolean {
  return endings.some((ending) => folder.endsWith(ending));
}

/** What a folder with an Info.plist of its own is to iOS, by where it stands. */
export function unitKindOf(folder: string): UnitKind {
  if (folder.endsWith('.appex')) return 'extension';
  const [around = ''] = folder.split('/').slice(-2, -1);
  if (around === 'AppClips') return 'app-clip';
  // Until watchOS 8 what runs on the watch is an extension of the watch app; in the first one, the app stood in it.
  return WATCH_FOLDERS.has(around) || around.endsWith('.appex') ? 'watch-app' : 'app';
}

const SLASH = 0x2f;
const BANG = 0x21;

/** Finds the unit that an entry belongs to: the one with the longest root around it. */
export function unitFinder(units: readonly UnitFacts[]): (path: string) => UnitFacts | null {
  // Of two that are the whole bundle, the first.
  const byRoot = new Map([...units].reverse().map((unit) => [unit.root, unit]));
  const whole = byRoot.get('') ?? null;
  if (whole && byRoot.size === 1) return () => whole;
  const lengths = new Set([...byRoot.keys()].map(({ length }) => length));
  return (path) => {
    // From the innermost folder outwards: a hundred thousand entries pass here, and few folders are as long as a root.
    for (let end = Math.min(path.length, LONGEST_PATH) - 1; end > 0; end--) {
      const code = path.charCodeAt(end);
      if ((code !== SLASH && code !== BANG) || !lengths.has(end + 1)) continue;
      const unit = byRoot.get(path.slice(0, end + 1));
      if (unit) return unit;
    }
    return whole;
  };
}
