import { CONFIGURATION } from './settings.ts';

/** What `--help` says behind the options: examples, and what does not fit into the line of an option. */

export const scanExamples = `  waybill scan app.apk
  waybill scan app.ipa --context context.json --as-of 2021-02-12
  waybill scan app.apk --full
  waybill scan app.apk -o json=report.json -o summary --fail-on medium
  waybill scan *.apk -o json={name}.json --accept encrypted
  waybill scan app.apk -o sarif=out.sarif -o markdown=summary.md
  waybill scan *.apk -o csv > apps.csv
  waybill scan app.apk --baseline last-release.json --waivers waivers.json
  waybill scan *.apk --jobs 4 --timeout 120 -o json={name}.json
`;

export const formatHelp = `
Formats:
  summary           the answer on one screen of at most 40 lines (the default)
  text              the whole report, for people
  json              { file, report, gate } for programs, or { file, error }; of several files a list
  ndjson            the same, a line for each file
  markdown          for a job's summary or a ticket, at most 1 MiB
  markdown-comment  for a comment on a pull request, at most 65,536 characters
  letter            numbered requests to the maker of the app, with the proof
  sarif             SARIF 2.1.0: every finding, question and SDK, waived ones suppressed
  sarif-github      SARIF as GitHub code scanning reads it: what holds and what fails
  gitlab            GitLab's code quality report, of one bundle: what a merge request lists as new
  junit             JUnit XML: a case for each finding and each rule that gave none
  csv               a row for the app, each SDK and each finding

With several files, stdout holds what each format makes of them: a table of all and then a summary
each, one report after the other, one array, one log with a run each, one table.
`;

export const diffExamples = `  waybill diff old.apk new.apk
  waybill diff last-release.json new.apk --fail-on medium
  waybill diff old.json new.json -o markdown=changes.md -o json=changes.json
`;

export const settingsHelp = `
Settings: an option goes before the environment, that before the configuration file, that before the default.
  --fail-on medium         on the command line
  WAYBILL_FAIL_ON=medium   in the environment; of a list, commas between its parts; true or false for a flag
  { "failOn": "medium" }   in ${CONFIGURATION}; paths in it are relative to it
`;

export const explainExamples = `  waybill explain agora-rtc
  waybill explain identifiers-in-clear/agora/user-id --report report.json
  waybill explain --short coded
  waybill explain basis
`;

export const verifyExamples = `  waybill verify report.json app.apk
`;

export const rulesExamples = `  waybill rules list
  waybill rules list --kind vendors --rules my-rules -o json
  waybill rules check my-rules
  waybill rules check my-rules --twins my-twins
  waybill rules test my-rules
`;
