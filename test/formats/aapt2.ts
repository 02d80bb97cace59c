import { execFileSync } from 'node:child_process';

/** Whether aapt2 is installed; says so loudly where it is not. */
export function hasAapt2(): boolean {
  try {
    execFileSync('aapt2', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('SKIPPED: aapt2 is not installed (Debian package aapt)');
    return false;
  }
}
