import { findType } from '../lookup.ts';
import type { Classes } from './classes.ts';
import type { Defined } from './defined.ts';
import type { CodeIndex } from './index-of-code.ts';

/** How code comes to run: methods from one that something outside of the file starts down to it; empty where none is shown. */
export type Chain = readonly Defined[];

/** Calls above a method that are followed, and methods in all. */
const MOST_ABOVE = 8;
const MOST_METHODS = 200;

/** Packages whose classes the system makes by name, where a manifest or a layout names them: an app extends them to be started. */
const started = /^(?:android|androidx)\./;

/**
 * Looks for a chain of calls to a method: from one that the system starts, or that overrides a method of a class that is not
 * in this file. Of what nobody calls, and of what is reached by reflection alone, none is shown.
 */
export function chainTo(method: Defined, classes: Classes, index: CodeIndex): Chain {
  const paths: Chain[] = [[method]];
  const seen = new Set([method.code]);
  for (let path = paths.shift(); path !== undefined && seen.size < MOST_METHODS; path = paths.shift()) {
    const [first] = path;
    if (isStarted(first!, classes)) return path;
    if (path.length > MOST_ABOVE) continue;
    for (const caller of callersOf(first!, classes, index)) {
      if (seen.has(caller.code)) continue;
      seen.add(caller.code);
      paths.push([caller, ...path]);
    }
  }
  return [];
}

/** A method that the system may call by itself: of a class below one of the system's that it makes. */
function isStarted(method: Defined, classes: Classes): boolean {
  if (!isHandedOver(method, classes)) return false;
  const outside = outsideOf(method.of, classes);
  return outside !== null && started.test(outside);
}

/** The first class above that the file does not define; null for `java.lang.Object`. */
export function outsideOf(type: number, classes: Classes): string | null {
  let at = type;
  for (let left = 32; left > 0 && classes.isDefined(at); left--) at = classes.above(at);
  const name = at < 0 ? 'java.lang.Object' : classes.className(at);
  return name === 'java.lang.Object' ? null : name;
}

function callersOf(method: Defined, classes: Classes, index: CodeIndex): readonly Defined[] {
  const callers = (index.callers(method) ?? []).map(({ by }) => by);
  const name = classes.signature(method.index)?.name;
  // A class is initialised by whoever uses it first.
  if (name === '<clinit>') {
    return classes.methodsOf(method.of).flatMap((each) => (each.code === method.code ? [] : [each]));
  }
  const handed = name !== '<init>' && isHandedOver(method, classes);
  // What implements something from outside is called by whoever it is handed to: it is made before.
  const makers = handed
    ? classes.methodsOf(method.of).filter((each) => classes.signature(each.index)?.name === '<init>')
    : [];
  return [...callers, ...makers.flatMap((each) => (index.callers(each) ?? []).map(({ by }) => by))];
}

/** What the system's classes and Kotlin's call their overriding methods, besides `onCreate` and its like. */
const callbacks = new Set([
  'run',
  'call',
  'invoke',
  'apply',
  'accept',
  'get',
  'create',
  'handleMessage',
  'doInBackground',
  'doWork',
]);

/**
 * Whether a method may override one of a class or interface that the file does not define, and be called by it. What
 * overrides keeps its name whatever a shrinker does; of the system's classes that is told by the name.
 */
export function isHandedOver(method: Defined, classes: Classes): boolean {
  if (!method.isVirtual) return false;
  const outside = outsideOf(method.of, classes);
  const name = classes.signature(method.index)?.name ?? '';
  if (outside !== null && (!started.test(outside) || /^on[A-Z]/.test(name) || callbacks.has(name))) return true;
  const waiting = [method.of];
  for (let left = 64; waiting.length > 0 && left > 0; left--) {
    const next = waiting.pop()!;
    for (const one of classes.interfaces(next)) {
      if (!classes.isDefined(one)) return true;
      waiting.push(one);
    }
    const above = classes.above(next);
    if (above >= 0 && classes.isDefined(above)) waiting.push(above);
  }
  return false;
}

/**
 * Whether nothing can have run a method that no code of the file calls: it is no constructor, which reflection may call by
 * the name of its class alone, overrides nothing from outside, and no page reaches methods of the app.
 */
export function isNeverRun(method: Defined, classes: Classes): boolean {
  const name = classes.signature(method.index)?.name;
  if (name === undefined || name === '<init>' || name === '<clinit>') return false;
  if (findType(classes.dex, 'Landroid/webkit/JavascriptInterface;') >= 0) return false;
  // What `invoke-custom` leads to is called by handles, which are not followed.
  if (findType(classes.dex, 'Ljava/lang/invoke/MethodHandles$Lookup;') >= 0) return false;
  return !isHandedOver(method, classes);
}
