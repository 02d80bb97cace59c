import type { AnomalyCode } from '../../types.ts';
import type { XmlAnomaly } from './types.ts';

/** Collects anomalies, one for each code: a document with blanked names has as many as attributes. */
export class XmlAnomalies {
  readonly #first = new Map<string, { anomaly: XmlAnomaly; count: number }>();

  add(code: AnomalyCode, offset: number, detail: string): void {
    const known = this.#first.get(code);
    if (known) known.count++;
    else this.#first.set(code, { anomaly: { code, offset, detail }, count: 1 });
  }

  list(): XmlAnomaly[] {
    return [...this.#first.values()].map(({ anomaly, count }) =>
      count > 1 ? { ...anomaly, detail: `${anomaly.detail} (${count} times)` } : anomaly,
    );
  }
}
