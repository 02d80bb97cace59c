import { fileErrorCodes } from '../../../report/file-report.ts';
import { wordList } from './word-list.ts';

/** Why a file has no report. The message beside the code names the file and the way out. */
export const errorWords = wordList('error', 'reason why there is no report', fileErrorCodes, {
  'not-a-bundle': 'The file is no app bundle, or holds nothing that could be read as one.',
  'not-found': 'There is no such file or folder.',
  unreadable: 'The system did not hand the file over: no right to it, a broken disk, a file that went away.',
  'bad-rules': 'A rule pack is missing or wrong.',
  'bad-context': 'What was stated of the app is wrong: `--context`.',
  'bad-waivers': 'A file of waivers is wrong: `--waivers`.',
  'bad-report': 'A file that should hold a report holds none, or one of another Waybill.',
  'bad-option': 'An option that there is not, or a value that it cannot have.',
  aborted: 'Whoever asked for the scan ended it.',
  timeout: 'The time for this file was up: `--timeout`.',
  crashed: 'The process that read the file ended by itself.',
  'out-of-memory': 'The process that read the file took more memory than it may.',
  output: 'The report was made, and could not be written.',
  internal: 'A fault of Waybill: please report it.',
});
