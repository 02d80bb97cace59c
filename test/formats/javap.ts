import { execFileSync } from 'node:child_process';

/** Whether this machine has the disassembler of a JDK; says so where it has none. */
export function hasJavap(): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v javap'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('SKIPPED: javap is not installed (Debian package default-jdk-headless)');
    return false;
  }
}
