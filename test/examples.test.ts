import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const examples = readdirSync(new URL('../examples/', import.meta.url)).filter((name) => name.endsWith('.ts'));

describe('each example runs', () => {
  beforeAll(() => execFileSync('npm', ['run', '--silent', 'examples'], { cwd: root, stdio: 'pipe' }));

  it.each(examples)('%s', (name) => {
    const out = execFileSync(process.execPath, [`.build/examples/${name.replace('.ts', '.js')}`], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(out).toMatch(/agora-rtc|Agora RTC/);
    expect(out).toMatch(/^(\d+) of \1 pieces hold$/m);
  });
});
