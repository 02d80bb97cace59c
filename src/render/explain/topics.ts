import { countryOf } from '../../countries.ts';
import { fieldWords } from '../../rules/field-words.ts';
import type { Rules } from '../../rules/schema.ts';
import { type Report, subjects } from '../../types.ts';
import type { Line } from '../text/layout.ts';
import { explainApiCall, explainControl, shortApiCall, shortControl } from './calls.ts';
import { explainCategory, shortCategory } from './category.ts';
import { countriesWithoutLaws, explainCountry, shortCountry } from './country.ts';
import { explainField, shortField } from './field.ts';
import { explainFinding, shortFinding } from './finding.ts';
import { explainHost, shortHost } from './host.ts';
import { explainJurisdiction, explainLaw, explainList, shortJurisdiction, shortLaw, shortList } from './law.ts';
import { explainListed, shortListed } from './listed.ts';
import { explainPermission, guardedBy, shortPermission } from './permission.ts';
import { explainPolicy, explainRule, shortPolicy, shortRule } from './rule.ts';
import { explainRuntime, shortRuntime } from './runtime.ts';
import { explainAdvisory, explainClue, explainSdk, shortAdvisory, shortClue, shortSdk } from './sdk.ts';
import type { Telling } from './telling.ts';
import { explainVendor, shortVendor } from './vendor.ts';
import { explainWord, explainWords, wordLists } from './words/index.ts';

/** One thing that can be explained. */
export interface Topic {
  /** The id by which it is suggested, then what else reports call it. */
  readonly names: readonly string[];
  readonly tell: (telling: Telling) => Line[];
  /** One or two lines. */
  readonly short: () => string;
}

/** What a product is called without what its rule adds in brackets. */
function bare(name: string): string {
  return name.replace(/ \([^()]*\)$/, '');
}

/** Everything that a report of these rules can name, in the order in which it is told. */
export function* topics(rules: Rules, report: Report | null): Generator<Topic> {
  for (const finding of report?.findings ?? []) {
    yield {
      names: [finding.id],
      tell: (telling) => explainFinding(finding, telling),
      short: () => shortFinding(finding),
    };
  }
  yield* sdkTopics(rules);
  yield* vendorTopics(rules);
  yield* lawTopics(rules);
  for (const policy of rules.policies.values()) {
    yield {
      names: [policy.id, policy.name],
      tell: (telling) => explainPolicy(policy, telling),
      short: () => shortPolicy(policy),
    };
    for (const rule of policy.rules) {
      yield {
        names: [rule.id],
        tell: (telling) => explainRule(policy, rule, null, telling),
        short: () => shortRule(policy, rule),
      };
    }
  }
  for (const { runtimes } of rules.runtimes.values()) {
    for (const runtime of runtimes) {
      yield {
        names: [runtime.id, runtime.name],
        tell: (telling) => explainRuntime(runtime, telling),
        short: () => shortRuntime(runtime),
      };
    }
  }
  for (const category of rules.categories.values()) {
    yield {
      names: [category.id, category.name],
      tell: (telling) => explainCategory(category, telling),
      short: () => shortCategory(category),
    };
  }
  for (const list of rules.listed.values()) {
    yield {
      names: [list.id, list.name],
      tell: (telling) => explainListed(list, telling),
      short: () => shortListed(list),
    };
  }
  for (const [permission, guarded] of guardedBy(rules)) {
    yield {
      names: [permission],
      tell: (telling) => explainPermission(permission, guarded, telling),
      short: () => shortPermission(permission, guarded),
    };
  }
  yield* wordTopics(rules);
}

function* sdkTopics(rules: Rules): Generator<Topic> {
  for (const sdk of rules.sdks.values()) {
    yield {
      names: [sdk.id, sdk.name, bare(sdk.name), ...(sdk.family === undefined ? [] : [sdk.family])],
      tell: (telling) => explainSdk(sdk, telling),
      short: () => shortSdk(sdk, rules),
    };
    for (const clue of sdk.clues) {
      yield {
        names: [`${sdk.id}/${clue.id}`],
        tell: (telling) => explainClue(sdk, clue, telling),
        short: () => shortClue(sdk, clue),
      };
    }
    for (const control of sdk.controls) {
      yield {
        names: [`${sdk.id}/${control.id}`, control.name, ...control.calls],
        tell: (telling) => explainControl(sdk, control, telling),
        short: () => shortControl(sdk, control),
      };
    }
    for (const api of sdk.api) {
      yield {
        names: [`${sdk.id}/${api.id}`],
        tell: (telling) => explainApiCall(sdk, api, telling),
        short: () => shortApiCall(sdk, api),
      };
    }
    for (const advisory of sdk.advisories) {
      yield {
        names: [advisory.id],
        tell: (telling) => explainAdvisory(sdk, advisory, telling),
        short: () => shortAdvisory(sdk, advisory),
      };
    }
  }
}

function* vendorTopics(rules: Rules): Generator<Topic> {
  for (const vendor of rules.vendors.values()) {
    const companies = vendor.entities.map(({ name }) => name);
    yield {
      names: [vendor.id, vendor.name, bare(vendor.name), ...companies],
      tell: (telling) => explainVendor(vendor, telling),
      short: () => shortVendor(vendor, rules),
    };
    for (const host of vendor.hosts) {
      yield {
        names: [host.host],
        tell: (telling) => explainHost(vendor, host, telling),
        short: () => shortHost(vendor, host),
      };
    }
  }
}

function* lawTopics(rules: Rules): Generator<Topic> {
  for (const jurisdiction of rules.jurisdictions.values()) {
    const { id, name, country } = jurisdiction;
    yield {
      names: [id, country, name, countryOf(country)],
      tell: (telling) => explainJurisdiction(jurisdiction, telling),
      short: () => shortJurisdiction(jurisdiction),
    };
    for (const law of jurisdiction.laws) {
      yield {
        names: [law.id, law.title],
        tell: (telling) => explainLaw(jurisdiction, law, telling),
        short: () => shortLaw(jurisdiction, law),
      };
    }
    for (const list of jurisdiction.lists) {
      yield {
        names: [list.id, list.title],
        tell: (telling) => explainList(jurisdiction, list, telling),
        short: () => shortList(jurisdiction, list),
      };
    }
  }
  for (const code of countriesWithoutLaws(rules)) {
    yield {
      names: [code, countryOf(code)],
      tell: (telling) => explainCountry(code, telling),
      short: () => shortCountry(code, rules),
    };
  }
}

function* wordTopics(rules: Rules): Generator<Topic> {
  const fields = new Set(subjects.flatMap((over) => Object.keys(fieldWords(over))));
  for (const field of fields) {
    yield { names: [field], tell: (telling) => explainField(field, telling), short: () => shortField(field, rules) };
  }
  for (const list of wordLists) {
    yield {
      names: [list.id],
      tell: (telling) => explainWords(list, telling),
      short: () => `${list.id} (list): ${list.of}: ${list.members.join(', ')}.`,
    };
    for (const word of list.members) {
      yield {
        names: [word, ...(list.printed[word] ?? [])],
        tell: (telling) => explainWord(list, word, telling),
        short: () => `${word} (${list.of}): ${list.words[word]}`,
      };
    }
  }
}
