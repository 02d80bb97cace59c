import { ScanError } from '../errors.ts';
import { BytePatterns } from '../match/byte-patterns.ts';
import { pieces } from '../match/glob.ts';
import { orderReleases } from '../releases.ts';
import { counts } from '../rules/clues.ts';
import type { Clue, Sdk } from '../rules/schema.ts';
import { checkCategoryOf } from './categories.ts';
import { asked, type OwnedClue, overlaps } from './clue-overlap.ts';
import type { Complain } from './problem.ts';
import { checkSwitches } from './switches.ts';

/** Bytes of the literal of a byte clue: shorter ones stand in other code by chance, longer ones are not searched for. */
const LITERAL = { least: 8, most: 1024 };

type ComplainOn = (sdk: string) => Complain;

/** What holds between SDK files, and inside each. */
export function checkSdks(
  sdks: ReadonlyMap<string, Sdk>,
  exists: (path: string) => boolean,
  reportOn: ComplainOn,
): void {
  for (const sdk of sdks.values()) {
    const report = reportOn(sdk.id);
    if (!exists(`vendors/${sdk.vendor}.json`)) report('vendor', `there is no vendors/${sdk.vendor}.json`);
    sdk.contains.forEach((id, i) => {
      if (!exists(`sdks/${id}.json`)) report(`contains.${i}`, `there is no sdks/${id}.json`);
    });
    sdk.clues.forEach((clue, i) => {
      checkLiteral(clue, `clues.${i}`, report);
      checkReleases(clue, `clues.${i}`, report);
    });
    checkVersions(sdk, report);
    checkArtifacts(sdk, report);
    checkShown(sdk, report);
    checkNeeds(sdk, report);
    checkSwitches(sdk, report);
    checkCategoryOf(sdk, exists, report);
  }
  checkCircles(sdks, reportOn);
  checkStrongClues(sdks, reportOn);
  checkFamilies(sdks, reportOn);
}

function checkLiteral(clue: Clue, at: string, report: Complain): void {
  if (clue.kind !== 'string') return;
  const { operator, value } = asked(clue);
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  const length =
    operator === 'is'
      ? bytes(value)
      : Math.max(0, ...pieces(value).map((piece) => (piece.kind === 'literal' ? piece.bytes.length : 0)));
  if (length >= LITERAL.least && length <= LITERAL.most) return;
  const what = operator === 'is' ? 'a byte clue' : 'the longest literal of a byte clue';
  report(`${at}.${operator}`, `${what} has ${LITERAL.least} to ${LITERAL.most} bytes, not ${length}`);
}

/** A clue that holds in no release, or bounds by what is only listed. */
function checkReleases({ since, until, strength }: Clue, at: string, report: Complain): void {
  if (since !== undefined && until !== undefined && orderReleases(since, until) >= 0) {
    report(`${at}.until`, `${until} is not after ${since}: it would stand in no release`);
  }
  if (strength !== 'weak') return;
  for (const [field, release] of Object.entries({ since, until })) {
    if (release !== undefined) report(`${at}.${field}`, 'a weak clue bounds no version');
  }
}

/** The search itself knows which literals it takes. */
function checkVersions(sdk: Sdk, report: Complain): void {
  sdk.versions.forEach((at, i) => {
    try {
      new BytePatterns([], [{ index: 0, sdk: sdk.id, at }], []);
    } catch (error) {
      if (!(error instanceof ScanError)) throw error;
      report(`versions.${i}.${at.from === 'near' ? 'anchor' : 'like'}`, error.message.slice(`${sdk.id}: `.length));
    }
  });
}

/** Nothing is asked for that nobody saw: each clue and version rule is held by an artifact, under an id of its own. */
function checkArtifacts({ clues, versions, artifacts }: Sdk, report: Complain): void {
  const held = new Set(artifacts.flatMap(({ holds }) => Object.keys(holds)));
  const ids = new Set<string>();
  for (const [field, rows] of Object.entries({ clues, versions })) {
    rows.forEach(({ id }, i) => {
      if (ids.has(id)) report(`${field}.${i}.id`, `the id "${id}" stands twice among clues and versions`);
      else if (!held.has(id)) report(`${field}.${i}`, `no artifact holds "${id}": say in artifacts where it was seen`);
      ids.add(id);
    });
  }
  const once = new Set<string>();
  artifacts.forEach(({ artifact, holds }, i) => {
    if (once.has(artifact)) report(`artifacts.${i}.artifact`, `stands twice: one entry says all that it holds`);
    once.add(artifact);
    for (const id of Object.keys(holds)) {
      if (!ids.has(id)) report(`artifacts.${i}.holds.${id}`, 'there is no such clue or version rule');
    }
  });
}

/** Classes that no clue asks for would make every copy of the SDK a stub. */
function checkNeeds({ clues, needs }: Sdk, report: Complain): void {
  if (!needs) return;
  const isOfAndroid = needs.under.length > 0;
  if (isOfAndroid !== (needs.classes !== undefined) || isOfAndroid !== (needs.note !== undefined)) {
    report('needs', 'under, classes and note belong together');
  }
  if (!isOfAndroid && !needs.ios) report('needs', 'it says neither what is needed under packages nor on iOS');
  needs.under.forEach((top, i) => {
    const isAsked = clues.some(
      (clue) => clue.kind === 'class' && clue.platform !== 'ios' && `${asked(clue).value}.`.startsWith(`${top}.`),
    );
    if (!isAsked) report(`needs.under.${i}`, `no clue asks for a class under "${top}"`);
  });
  needs.ios?.called.forEach((name, i) => {
    const isAsked = clues.some(
      (clue) => clue.kind === 'class' && clue.platform !== 'android' && asked(clue).value.startsWith(name),
    );
    if (!isAsked) report(`needs.ios.called.${i}`, `no clue asks for a class called "${name}…"`);
  });
}

/** What `takes` names must be there, and a clue that only shows must show something. */
function checkShown({ clues, takes }: Sdk, report: Complain): void {
  const known = new Map(clues.map((clue) => [clue.id, clue]));
  const used = new Set<string>();
  const look = (id: string, field: string) => {
    used.add(id);
    const clue = known.get(id);
    if (!clue) report(field, `there is no clue "${id}"`);
    return clue;
  };
  takes.forEach(({ basis, shownBy, since, until }, i) => {
    shownBy.forEach((ids, k) => {
      for (const id of ids) {
        const clue = look(id, `takes.${i}.shownBy.${k}`);
        if (clue && !['class', 'symbol', 'string'].includes(clue.kind)) {
          report(`takes.${i}.shownBy.${k}`, `"${id}" is no code: a ${clue.kind} shows nothing that an SDK can do`);
        }
      }
    });
    if (basis === 'capable' && shownBy.length === 0) {
      report(`takes.${i}.shownBy`, 'nothing shows it: name clues of the code that takes it, or say documented');
    }
    if (basis === 'documented' && shownBy.length > 0) {
      report(`takes.${i}.basis`, 'code shows it: say capable, or leave shownBy out');
    }
    if (since !== undefined && since === until) report(`takes.${i}.until`, 'no release lies between since and until');
  });
  clues.forEach(({ id, strength }, i) => {
    if (strength === 'shows' && !used.has(id)) report(`clues.${i}`, `no takes names "${id}", which only shows`);
  });
}

/** Circles that are told, and names that are told of one: a pack of thousands of files may hold any number. */
const MOST_CIRCLES = 100;
const MOST_NAMED = 8;

/** `contains` that comes back to where it began: told to each file of the circle. */
function checkCircles(sdks: ReadonlyMap<string, Sdk>, reportOn: ComplainOn): void {
  const done = new Set<string>();
  const told = new Set<string>();
  let circles = 0;
  for (const start of sdks.keys()) {
    if (done.has(start)) continue;
    // The way from `start` down, each with the parts that are still to be followed.
    const way: { id: string; parts: string[] }[] = [{ id: start, parts: [...(sdks.get(start)?.contains ?? [])] }];
    const onWay = new Map([[start, 0]]);
    for (let here = way.at(-1); here !== undefined; here = way.at(-1)) {
      const next = here.parts.shift();
      if (next === undefined) {
        done.add(here.id);
        onWay.delete(here.id);
        way.pop();
      } else if (onWay.has(next)) {
        if (++circles > MOST_CIRCLES) return;
        const circle = way.slice(onWay.get(next)).map(({ id }) => id);
        const named = circle.length > MOST_NAMED ? [...circle.slice(0, MOST_NAMED), '…'] : circle;
        const says = [...named, next].join(' contains ');
        for (const id of circle) {
          if (!told.has(id)) reportOn(id)('contains', `an SDK cannot stand inside itself: ${says}`);
          told.add(id);
        }
      } else if (!done.has(next) && sdks.has(next)) {
        onWay.set(next, way.length);
        way.push({ id: next, parts: [...sdks.get(next)!.contains] });
      }
    }
  }
}

function cluesOf(sdks: Iterable<Sdk>, wanted: (clue: Clue) => boolean): OwnedClue[] {
  const clues: OwnedClue[] = [];
  for (const sdk of sdks) {
    sdk.clues.forEach((clue, at) => {
      if (wanted(clue)) clues.push({ sdk: sdk.id, at, clue });
    });
  }
  return clues;
}

/** A strong clue suffices alone, so what meets it must not be another SDK as well. */
function checkStrongClues(sdks: ReadonlyMap<string, Sdk>, reportOn: ComplainOn): void {
  const told = new Set<string>();
  // One line for a clue, naming the first other SDK: more would say the same.
  const tell = (one: OwnedClue, other: OwnedClue) => {
    const key = `${one.sdk}/${one.at}`;
    if (told.has(key)) return;
    told.add(key);
    const { operator, value } = asked(other.clue);
    const family = sdks.get(one.sdk)?.family;
    const way =
      family === undefined ? 'give both files one family' : `name the family "${family}" in both files, if it is one`;
    reportOn(one.sdk)(
      `clues.${one.at}`,
      `a strong clue that sdks/${other.sdk}.json shares (${other.clue.id}: ${operator} "${value}"): ${way}, or make the clue supporting`,
    );
  };
  const familyOf = ({ sdk }: OwnedClue) => {
    const family = sdks.get(sdk)?.family;
    return family === undefined ? `sdk ${sdk}` : `family ${family}`;
  };
  overlaps(
    cluesOf(sdks.values(), (clue) => clue.strength === 'strong'),
    familyOf,
    (a, b) => {
      tell(a, b);
      tell(b, a);
    },
  );
}

/** Each product of a family needs a clue that no other product's names meet, or nothing ever tells them apart. */
function checkFamilies(sdks: ReadonlyMap<string, Sdk>, reportOn: ComplainOn): void {
  const families = new Map<string, Sdk[]>();
  for (const sdk of sdks.values()) {
    if (sdk.family === undefined) continue;
    const products = families.get(sdk.family);
    if (products) products.push(sdk);
    else families.set(sdk.family, [sdk]);
  }
  for (const [family, products] of families) {
    if (sdks.has(family)) reportOn(products[0]!.id)('family', `"${family}" is the id of an SDK: a family has its own`);
    if (products.length < 2) continue;
    // A clue that another product has on the other platform, or has as a weak one, is not its own either.
    const clues = cluesOf(products, () => true).map(({ clue: { platform: _, ...clue }, ...rest }) => ({
      ...rest,
      clue,
    }));
    const shared = new Set<OwnedClue>();
    overlaps(
      clues,
      ({ sdk }) => sdk,
      (a) => shared.add(a),
    );
    const apart = new Set(clues.flatMap((own) => (counts(own.clue) && !shared.has(own) ? own.sdk : [])));
    for (const { id } of products) {
      if (apart.has(id)) continue;
      const others = products
        .slice(0, 4)
        .filter((other) => other.id !== id)
        .map((other) => `sdks/${other.id}.json`);
      reportOn(id)(
        'clues',
        `no clue tells it from the rest of the family "${family}" (${others.slice(0, 3).join(', ')}): add one, strong or supporting, that they do not share`,
      );
    }
  }
}
