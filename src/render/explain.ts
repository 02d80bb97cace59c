export function explain(): string | null {
  return null;
}
