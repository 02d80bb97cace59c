import { type ScanErrorCode, scanErrorCodes } from '../errors.ts';
import type { Report, Waiver } from '../types.ts';
import { type Gate, gate } from './gate.ts';

/** What the gate decided, as programs read it: a waived finding with who accepted it, why and until when. */
export interface GateReport extends Omit<Gate, 'waived'> {
  readonly waived: readonly Waiver[];
}

/** One file with its report, as `-o json` and `-o ndjson` write it. */
export interface FileReport {
  /** Its path from the folder that the command ran in; of a file elsewhere its name; `stdin`. */
  readonly file: string;
  readonly report: Report;
  readonly gate: GateReport;
}

/** Why there is no report of a file: what a scan throws, `output` where it could not be written, `internal` for a fault of Waybill. */
export type FileErrorCode = ScanErrorCode | 'output' | 'internal';
export const fileErrorCodes: readonly FileErrorCode[] = [...scanErrorCodes, 'output', 'internal'];

/** One file of which there is no report. */
export interface FileFailure {
  readonly file: string;
  readonly error: {
    readonly code: FileErrorCode;
    readonly message: string;
    /** What the command ends with where nothing worse happens. */
    readonly exitCode: number;
  };
}

/** What a scan of one file came to. */
export type ScannedFile = FileReport | FileFailure;

/** A report beside the name of its file and what the gate made of it. */
export function fileReport(report: Report, file: string, decided: Gate = gate(report)): FileReport {
  const waived = decided.waived.map(({ finding, waiver }) => ({ ...waiver, finding }));
  return { file, report, gate: { ...decided, waived } };
}
