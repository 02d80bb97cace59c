import { Command, CommanderError } from 'commander';
import { coverageReasons, depths, differenceFormats, outputFormats, ruleKinds, version } from '../index.ts';
import { type DiffCommandOptions, diffCommand } from './diff.ts';
import { codeOf, type ExitCode, exitCodeHelp } from './exit-codes.ts';
import { type ExplainCommandOptions, explainCommand } from './explain.ts';
import {
  diffExamples,
  explainExamples,
  formatHelp,
  rulesExamples,
  scanExamples,
  settingsHelp,
  verifyExamples,
} from './help-texts.ts';
import { colourChoices, type Io, wrapOf } from './io.ts';
import { day, differenceChoice, oneOf, outputChoice, several, thresholds, wholeNumber } from './options.ts';
import { errorLine } from './remarks.ts';
import { type CheckOptions, checkCommand, type ListOptions, listCommand, listFormats } from './rules.ts';
import { testCommand } from './rules-test.ts';
import { type ScanCommandOptions, scanCommand } from './scan.ts';
import { applySettings, CONFIGURATION } from './settings.ts';
import { verifyCommand } from './verify.ts';
import { wrapping } from './wrapping.ts';

/** Under one head, those of each command apart. */
const examples = (...ofCommands: readonly string[]): string => `\nExamples:\n${ofCommands.join('\n')}`;

const colourHelp = `${colourChoices.join(', ')} (default: auto: FORCE_COLOR, NO_COLOR, then whether it is a terminal)`;

const strings = several((value) => value);

/** The commands, and the exit code of the one that ran. */
export function programOf(io: Io): { readonly program: Command; readonly exitCode: () => ExitCode } {
  let code: ExitCode = 0;
  const program = new Command('waybill')
    .description(
      'Reads mobile apps (APK, AAB, IPA) and libraries, and says which SDKs take which data to whom, and what proves it.',
    )
    .version(version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('(waybill --help, or waybill COMMAND --help, shows what there is)')
    .addHelpText(
      'after',
      `${examples(scanExamples, diffExamples, explainExamples, verifyExamples, rulesExamples)}\n${exitCodeHelp()}`,
    );

  program
    .command('scan')
    .summary('report what is aboard one or more app bundles')
    .description(
      'Reads apps, or libraries for them, and reports the SDKs aboard, where data goes, the findings and the verdict. Offline.',
    )
    .argument(
      '<file...>',
      'app: APK, AAB, APKS, XAPK, APKM, IPA, .app folder, Xcode archive, the APKs of one app; library: AAR, JAR, .so, .a, (XC)framework, dSYM, Mach-O; a folder of such; - for stdin',
    )
    .option(
      '-o, --output <format=path>',
      `${outputFormats.join(', ')}; alone to stdout, with =path to a file, in which {name} is the name of the bundle; may be repeated`,
      several(outputChoice),
    )
    .option('--policy <id>', 'policy to judge by (default: store)')
    .option('--context <file>', 'JSON with what no bundle holds: operator, distribution, audience, sector')
    .option(
      '--waivers <file>',
      'JSON with findings that are accepted until a day: finding, reason, by, expires, and for which app, version, file',
    )
    .option('--baseline <file>', 'JSON report of a release that was let through: what it has already fails nothing')
    .option(
      '--addresses [file]',
      'say in which country addresses are registered: MMDB file, or alone (after the files) what npm installed',
    )
    .option('--as-of <date>', 'day to judge by, YYYY-MM-DD (default: today, UTC)', day)
    .option(
      '--fail-on <level>',
      `exit with 1 from this level on for what holds: ${thresholds.join(', ')} (default: high)`,
      oneOf(thresholds),
    )
    .option(
      '--fail-on-undetermined <level>',
      'exit with 1 from this level on for questions too, which no bundle answers (default: none)',
      oneOf(thresholds),
    )
    .option('--rules <dir>', 'rule pack on top of the ones that ship; may be repeated', strings)
    .option('--depth <depth>', `how much is read: ${depths.join(', ')} (default: deep)`, oneOf(depths))
    .option(
      '--accept <reason>',
      `reason for bytes not read to accept: ${coverageReasons.join(', ')}; may be repeated`,
      several(oneOf(coverageReasons)),
    )
    .option('-j, --jobs <n>', 'scan so many files at once, each in its own process (default: 1)', wholeNumber(64))
    .option('--timeout <seconds>', 'give up on a file after so long; the others go on', wholeNumber(86_400))
    .option('--full', 'the whole report: -o text')
    .option('--color <when>', colourHelp, oneOf(colourChoices))
    .option('-q, --quiet', 'on stderr only errors, and one line where the step fails')
    .option('--config <file>', `JSON with values for these options (default: ${CONFIGURATION} of the working folder)`)
    .option('--no-config', 'read no configuration file')
    .addHelpText('after', `${examples(scanExamples)}${formatHelp}${settingsHelp}\n${exitCodeHelp()}`)
    .action(async (files: string[], _options, command: Command) => {
      applySettings(command, io);
      code = await scanCommand(files, command.opts<ScanCommandOptions>(), io);
    });

  program
    .command('diff')
    .summary('say what changed between two bundles or reports')
    .description(
      'Compares two releases of an app: findings, SDKs, flows, controls, permissions, hosts, code that no rule knows. A bundle beside a report is judged by its policy, context and depth. What was not read is never called gone. Offline.',
    )
    .argument('<old>', 'bundle, or JSON report made with scan -o json')
    .argument('<new>', 'the same, of what came after')
    .option(
      '-o, --output <format[=path]>',
      `${differenceFormats.join(', ')}; to stdout or a file; may be repeated`,
      several(differenceChoice),
    )
    .option('--policy <id>', 'policy to judge bundles by (default: that of the report beside, or store)')
    .option('--context <file>', 'JSON with what no bundle holds (default: that of the report beside)')
    .option('--as-of <date>', 'day to judge bundles by, YYYY-MM-DD (default: today, UTC)', day)
    .option(
      '--fail-on <level>',
      `exit with 1 from this level on for what holds and is new or worse: ${thresholds.join(', ')} (default: high)`,
      oneOf(thresholds),
    )
    .option(
      '--fail-on-undetermined <level>',
      'exit with 1 from this level on for new questions too (default: none)',
      oneOf(thresholds),
    )
    .option('--rules <dir>', 'rule pack on top of the ones that ship; may be repeated', strings)
    .option('--depth <depth>', `how much of bundles is read: ${depths.join(', ')} (default: deep)`, oneOf(depths))
    .option('-q, --quiet', 'errors alone on stderr')
    .addHelpText('after', `${examples(diffExamples)}\n${exitCodeHelp([0, 1, 64, 65, 66, 69, 70, 130])}`)
    .action(async (old: string, next: string, options: DiffCommandOptions) => {
      code = await diffCommand(old, next, options, io);
    });

  program
    .command('explain')
    .summary('say what a word of a report or of the rules stands for')
    .description(
      'Explains the words of a report: ids (of findings, policies, rules, SDKs, clues, advisories, vendors, hosts, laws, lists, runtimes), names of companies and countries, and words such as coded, cleartext or zip.orphan-entry.',
    )
    .argument('<word>', 'as it stands in a report or in the rules; several words in quotes')
    .option('--short', 'one or two lines')
    .option('--color <when>', colourHelp, oneOf(colourChoices))
    .option('--report <file>', 'JSON report: explains its findings with evidence, arithmetic and grounds')
    .option('--file <name>', 'of several reports in one file, that of this bundle, by file name or app id')
    .option('--rules <dir>', 'rule pack on top of the ones that ship; may be repeated', strings)
    .addHelpText('after', `${examples(explainExamples)}\n${exitCodeHelp([0, 64, 66, 69, 70])}`)
    .action(async (id: string, options: ExplainCommandOptions) => {
      code = await explainCommand(id, options, io);
    });

  program
    .command('verify')
    .summary('read every piece of evidence of a report again from its bundle')
    .description(
      'Compares digests, names of entries and the bytes of every piece of evidence; judges nothing. Names each piece that does not hold, and says what stands there instead.',
    )
    .argument('<report>', 'JSON report, made with scan -o json')
    .argument('<bundle...>', 'the bundle that it is of; of an app in several packages, each')
    .addHelpText('after', `${examples(verifyExamples)}\n${exitCodeHelp([0, 1, 64, 65, 66, 70, 130])}`)
    .action(async (report: string, bundles: string[]) => {
      code = await verifyCommand(report, bundles, io);
    });

  const rules = program
    .command('rules')
    .summary('list what the rules hold, check rule files, run their twins')
    .description('The rules that ship with Waybill, and your own.')
    .addHelpText('after', `${examples(rulesExamples)}\n${exitCodeHelp([0, 1, 64, 66, 69, 70, 130])}`);
  rules
    .command('list')
    .summary('one line for each rule file')
    .description(
      'Lists the rules. Of an SDK: vendor, countries of the vendor, clues by platform, each seen in real bytes (a dash: the SDK was not measured there), whether a version can be read.',
    )
    .option('--kind <kind>', `${ruleKinds.join(', ')} (default: sdks)`, oneOf(ruleKinds))
    .option('--rules <dir>', 'rule pack on top of the ones that ship; may be repeated', strings)
    .option('-o, --output <format>', `${listFormats.join(' or ')} (default: text)`, oneOf(listFormats))
    .addHelpText('after', `${examples(rulesExamples)}\n${exitCodeHelp([0, 64, 69, 70])}`)
    .action((options: ListOptions) => {
      code = listCommand(options, io);
    });
  rules
    .command('check')
    .summary('say what is wrong with rule files, all of it')
    .description(
      'Checks the rule files of directories, together and on top of the ones that ship: one line for each problem, as "file: field: message". A warning does not count. Twins are looked for, not run: rules test runs them.',
    )
    .argument('<dir...>', 'folder with sdks/, vendors/, jurisdictions/ or policies/')
    .option('--twins <dir>', 'folder with the twins of these files (default: DIR/../test/rules, where it exists)')
    .addHelpText('after', `${examples(rulesExamples)}\n${exitCodeHelp([0, 64, 69, 70])}`)
    .action((directories: string[], options: CheckOptions) => {
      code = checkCommand(directories, options, io);
    });

  rules
    .command('test')
    .summary('try what the twins of rule files say')
    .description(
      'Builds the bundles that the twins of rule files describe, scans them with these rules on top of the ones that ship, and names each case that does not hold.',
    )
    .argument('[dir...]', 'folder with sdks/, vendors/, jurisdictions/ or policies/', ['rules'])
    .option('--twins <dir>', 'folder with the twins of these files (default: DIR/../test/rules)')
    .addHelpText('after', `${examples(rulesExamples)}\n${exitCodeHelp([0, 1, 64, 66, 69, 70, 130])}`)
    .action(async (directories: string[], options: CheckOptions) => {
      code = await testCommand(directories, options.twins, io);
    });

  return { program, exitCode: () => code };
}

/**
 * The command line, from arguments to exit code.
 * @param argv what the user typed after the program's name
 */
export async function run(argv: readonly string[], around: Io): Promise<ExitCode> {
  const io: Io = { ...around, stderr: wrapping(around.stderr, wrapOf(around)) };
  const { program, exitCode } = programOf(io);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode();
  } catch (error) {
    // Help and version were asked for; everything else that the parser ends with was already said on stderr.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
    io.stderr.write(errorLine(error));
    return codeOf(error);
  }
}
