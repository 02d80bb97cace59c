import { execFileSync } from 'node:child_process';

/** Whether a command is on PATH. */
export function isInstalled(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The same; says loudly where it is not, and which Debian package has it. */
export function hasTool(command: string, debianPackage: string): boolean {
  if (isInstalled(command)) return true;
  console.warn(`SKIPPED: ${command} is not installed (Debian package ${debianPackage})`);
  return false;
}
