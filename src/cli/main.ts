#!/usr/bin/env node
import { tuneForOneScan } from './one-scan.ts';

tuneForOneScan();
// Imported only now: what is evaluated before is compiled, and keeps objects, as V8 would have it.
const { command } = await import('./command.ts');
await command();
