import { hasTool } from '../build/installed.ts';

/** Whether this machine has the disassembler of a JDK; says so where it has none. */
export const hasJavap = (): boolean => hasTool('javap', 'default-jdk-headless');
