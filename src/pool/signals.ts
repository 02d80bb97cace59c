/** Says that a signal ended something; what it returns takes that back. */
export type OnAbort = (signal: AbortSignal, abort: () => void) => () => void;

/** One listener for a signal, however many scans wait for it: Node warns of more than ten. */
export function signalListeners(): OnAbort {
  const listening = new Map<AbortSignal, { aborts: Set<() => void>; tell: () => void }>();
  return (signal, abort) => {
    let own = listening.get(signal);
    if (!own) {
      const aborts = new Set<() => void>();
      const tell = (): void => {
        for (const each of [...aborts]) each();
      };
      own = { aborts, tell };
      listening.set(signal, own);
      signal.addEventListener('abort', own.tell);
    }
    const { aborts, tell } = own;
    aborts.add(abort);
    return () => {
      aborts.delete(abort);
      if (aborts.size > 0) return;
      signal.removeEventListener('abort', tell);
      listening.delete(signal);
    };
  };
}
