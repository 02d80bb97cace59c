/** The words of ARCHITECTURE.md as types. Imports nothing else. */

export * from './types/aboard.ts';
export * from './types/app.ts';
export * from './types/bundle.ts';
export * from './types/change.ts';
export * from './types/coverage.ts';
export * from './types/detection.ts';
export * from './types/endpoint.ts';
export * from './types/evidence.ts';
export * from './types/finding.ts';
export * from './types/flow.ts';
export * from './types/report.ts';
export * from './types/source.ts';
export * from './types/words.ts';
