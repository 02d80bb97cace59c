export {
  type AssemblyName,
  type CliAssembly,
  type NameAt,
  openAssembly,
  saidVersion,
  type TypeName,
} from './assembly.ts';
export { hasCliHeader, isPe } from './image.ts';
