import type { Classes } from './classes.ts';
import type { Defined } from './defined.ts';
import type { Place, Value } from './value.ts';

/** Where a value comes from, as far as the code of the file shows. */
export interface Origin {
  /**
   * `constant`: a number, a text or a class. `enum`: a constant of the class that it is of. `made`: computed of constants.
   * `object`: made of the class in `text`. `call`: what a method gives that is not aboard, or of the system. `absent`:
   * nothing was written. `parameter`: the argument of a method of which no call was seen. `unknown`: `text` says why.
   */
  readonly kind: 'constant' | 'enum' | 'made' | 'object' | 'call' | 'absent' | 'parameter' | 'unknown';
  readonly text: string;
  readonly at: Place | null;
  /** Of what is `made` or comes from a `call`: methods that took part, and texts that they were given. */
  readonly calls: readonly string[];
  readonly strings: readonly string[];
}

/** A value with what is known of the objects in it. */
export interface Held {
  readonly value: Value;
  readonly slots: ReadonlyMap<string, Value>;
  /** Methods of which the slots tell, by their code. */
  readonly codes?: readonly number[] | undefined;
}

/** Methods of the system whose result is the same whenever they get the same. */
export const pure =
  /^(?:java\.lang\.(?:String|StringBuilder|StringBuffer|CharSequence|Integer|Long|Byte|Character|Boolean|Enum|Math|Class)|java\.math\.\w+|java\.util\.(?:Base64[\w$]*|Arrays|EnumSet|Collections|List|Set|HashSet|ArrayList)|java\.nio\.charset\.\w+|java\.security\.MessageDigest|javax\.crypto\.(?:Mac|Cipher|SecretKeyFactory|SecretKey|spec\.\w+)|android\.util\.Base64|kotlin\.(?:text|collections)\.\w+|kotlin\.jvm\.internal\.Intrinsics)$/;

/** Whether a class is the system's or Kotlin's own. */
export const isOfSystem = (name: string): boolean =>
  /^(?:java|javax|android|kotlin|dalvik|org\.json|org\.xml|org\.w3c)\./.test(name);

/** Libraries whose code is not followed: what they give comes from elsewhere, and through more code than can be. */
export const libraries =
  /^(?:okhttp3|okio|retrofit2|com\.google\.gson|com\.google\.android\.gms|com\.google\.firebase|com\.squareup\.moshi|com\.android\.volley|com\.alibaba\.fastjson|com\.fasterxml\.jackson|org\.apache\.http|org\.json)\./;

/** Whether it is a field of an argument, or of one of its fields. */
export function hangsOnArgument(value: Value): boolean {
  return value.kind === 'parameter' || (value.kind === 'member' && hangsOnArgument(value.of));
}

/** The place of an incoming register among the arguments of a method, the object first where it has one. */
export function argumentAt(classes: Classes, method: Defined, register: number): number {
  const signature = classes.signature(method.index);
  if (!signature) return register;
  const widths = signature.parameters.map((name) => (name === 'J' || name === 'D' ? 2 : 1));
  const code = classes.dex.view.getUint16(method.code + 2, true);
  const all = code > widths.reduce((sum, width) => sum + width, 0) ? [1, ...widths] : widths;
  let at = 0;
  for (let i = 0; i < all.length; i++) {
    if (at === register) return i;
    at += all[i]!;
  }
  return all.length;
}

export const plain = (
  kind: Origin['kind'],
  text: string,
  at: Place | null,
  strings: readonly string[] = [],
): Origin => ({
  kind,
  text,
  at,
  calls: [],
  strings,
});

export const open = (why: string): Origin => plain('unknown', why, null);

/** `getString(R.string.key)`: what a resource holds is as constant as the app; ids of the app's own begin so. */
export function isResource(
  { name, parameters }: { readonly name: string; readonly parameters: readonly string[] },
  inputs: readonly Origin[],
): boolean {
  return name === 'getString' && parameters[0] === 'I' && inputs.some(({ text }) => Number(text) >= 0x7f00_0000);
}
