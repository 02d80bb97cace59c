import { test } from 'vitest';
import { variants } from './zip.variants.ts';
test('x', () => {});
