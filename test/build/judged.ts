import { finished } from '../../src/allowance.ts';
import * as judging from '../../src/judge/index.ts';
import * as tracing from '../../src/trace/index.ts';

/** A case judged, and flows traced, at once: the library gives the event loop back between two parts. */
export const judge = (...of: Parameters<typeof judging.judge>) => finished(judging.judge(...of));
export const trace = (...of: Parameters<typeof tracing.trace>) => finished(tracing.trace(...of));
