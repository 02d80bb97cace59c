import { expect } from 'vitest';

/** What SARIF 2.1.0 asks for in words and its schema cannot say; by section. The schema itself is the oracle's. */

// biome-ignore lint/suspicious/noExplicitAny: what was parsed has no type, and the test asks what it is
type Json = Record<string, any>;

/** A plain text message: no link of anybody's, and braces that are braces (3.11.5, 3.11.6). */
function checkMessage(text: string): void {
  expect(text).not.toMatch(/\]\(/);
  expect(text.replace(/\{\{|\}\}/g, '')).not.toMatch(/[{}]/);
}

function checkUri(uri: string, nested: boolean): void {
  expect(uri).toMatch(/^[\w\-.~!*'()%/]*$/);
  expect(uri).not.toMatch(/(?:^|\/)\.{1,2}(?:\/|$)/);
  expect(uri.startsWith('/')).toBe(nested);
  expect(uri).not.toMatch(/^\/\//);
  expect(new URL(uri, 'file:///repository/').host).toBe('');
}

export function checkSarif(log: Json): void {
  expect(log.version).toBe('2.1.0');
  for (const run of log.runs as Json[]) checkRun(run);
}

function checkRun(run: Json): void {
  const artifacts: Json[] = run.artifacts ?? [];
  // 3.14.23: of what was not looked at there are no results; 3.20.14: and the run says so.
  expect('results' in run).toBe(run.invocations[0].executionSuccessful);
  run = { results: [], ...run };
  const rules: Json[] = run.tool.driver.rules;
  artifacts.forEach((artifact, index) => {
    if (artifact.parentIndex === undefined) checkUri(artifact.location.uri, false);
    else {
      // 3.24.3: the parent is in the list, before its children as we write it.
      expect(artifact.parentIndex).toBeLessThan(index);
      if (artifact.location) checkUri(artifact.location.uri, true);
      expect(artifact.location?.uriBaseId).toBeUndefined();
    }
  });
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  const suppressing = (run.results as Json[]).filter((result) => 'suppressions' in result).length;
  expect([0, run.results.length]).toContain(suppressing);
  // 3.27.24: all of them or none.
  expect(new Set((run.results as Json[]).map((result) => 'baselineState' in result)).size).toBeLessThan(2);
  for (const result of run.results as Json[]) {
    expect(rules[result.ruleIndex]?.id).toBe(result.ruleId);
    // 3.27.10: only what fails has a level; 3.27.25: and a rank.
    expect(result.kind === 'fail').toBe(result.level !== 'none');
    if (result.kind !== 'fail') expect(result.rank).toBeUndefined();
    checkMessage(result.message.text);
    const locations: Json[] = [...result.locations, ...(result.relatedLocations ?? [])];
    for (const { physicalLocation, message } of locations) {
      const { uri, index } = physicalLocation.artifactLocation;
      if (message) checkMessage(message.text);
      if (index !== undefined) expect(artifacts[index]?.location?.uri).toBe(uri);
      else checkUri(uri, false);
    }
  }
  for (const { relationships = [] } of rules) {
    for (const { target } of relationships as Json[]) {
      const taxonomy = run.taxonomies[target.toolComponent.index];
      expect(taxonomy.name).toBe(target.toolComponent.name);
      expect(taxonomy.taxa).toContainEqual({ id: target.id });
    }
  }
  for (const invocation of run.invocations as Json[]) {
    for (const { message, locations = [] } of invocation.toolExecutionNotifications as Json[]) {
      checkMessage(message.text);
      for (const { physicalLocation } of locations) {
        expect(artifacts[physicalLocation.artifactLocation.index]).toBeDefined();
      }
    }
  }
}
