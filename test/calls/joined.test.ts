import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { Joining, openDex, visitCalls } from '../../src/formats/dex/index.ts';
import { buildCode, type CodeClass } from '../build/dex-code.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';
import { Spending } from '../build/spending.ts';

const STRING = 'Ljava/lang/String;';
const wanted = {
  calls: [
    {
      ...{
        id: 'on',
        group: 'g',
        classes: ['sdk.Engine'],
        method: 'encrypt',
        values: [{ argument: 0 }, { argument: 1 }],
      },
      ...{ own: ['sdk'], before: ['join'], starts: [] },
    },
  ],
  packages: ['sdk'],
};
const main: CodeClass = {
  ...{ name: 'app.Main', super: 'app.Base' },
  methods: [
    {
      is: 'onCreate()V',
      code: [
        ...['sget-object v1 app.Keys.KEY:Ljava/lang/String;', 'sget v2 app.Keys.IS:Z', 'if-eqz v9 1', 'const v2 0'],
        ...[
          `invoke-virtual sdk.Engine.encrypt(Z${STRING})V v0 v2 v1`,
          'invoke-virtual sdk.Engine.join()V v0',
          'return-void',
        ],
      ],
    },
  ],
};
const rest: readonly CodeClass[] = [
  { name: 'app.Base', super: 'android.app.Activity', interfaces: ['java.lang.Runnable'] },
  {
    ...{ name: 'app.Keys', staticFields: [`KEY:${STRING}`, 'IS:Z'] },
    methods: [
      {
        ...{ is: '<clinit>()V', static: true },
        code: [
          ...[
            'const-string v0 a ü key',
            `sput-object v0 app.Keys.KEY:${STRING}`,
            'const v0 1',
            'sput v0 app.Keys.IS:Z',
          ],
          'return-void',
        ],
      },
    ],
  },
];

/** What calls say of one file made of the classes of several, and where their bytes were taken from. */
function joinedOf(files: readonly Uint8Array[], most = 1_000_000): string {
  const spending = new Spending(most);
  const said: unknown[] = [];
  try {
    const joining = new Joining(() => true, spending.spend);
    files.forEach((bytes, i) => {
      const dex = openDex(bytes);
      joining.add(
        dex,
        i,
        Array.from({ length: dex.classes.count }, (_, row) => row),
      );
    });
    const linked = joining.link();
    if (linked === null) return 'full';
    const work = visitCalls(linked.dex, wanted, spending.spend, {
      call: ({ values, chain, offset }) => {
        const origin = linked.originOf(offset);
        const opcode = origin && files[origin.file]![origin.offset];
        const texts = values.flat().map(({ kind, text, at, strings }) => {
          const place = at && strings.length > 0 ? files.map((_, file) => linked.textIn(file, at.offset)) : [];
          return [kind, text, place.map((each) => each !== null)];
        });
        said.push(texts, chain, opcode);
      },
      order: ({ later }) => said.push(later),
      caller: () => {},
    });
    while (!work.next().done);
    expect(linked.dex.problems).toEqual([]);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    said.push(error.message);
  }
  expect(spending.steps).toBeLessThan(2 * most);
  return JSON.stringify(said);
}

describe('classes of several files as one', () => {
  it('says what one file with all of them says, and where it stands', () => {
    const one = joinedOf([buildCode([main, ...rest])]);
    expect(one).toContain('["constant","a ü key",[true]]');
    expect(one).toContain(',110]');
    const two = joinedOf([buildCode([main]), buildCode(rest)]);
    expect(two).toBe(one.replace('[true]', '[false,true]'));
    expect(joinedOf([buildCode(rest.slice(1)), buildCode([main, rest[0]!])])).toBe(
      one.replace('[true]', '[true,false]'),
    );
  });

  it('takes no class that two files have', () => {
    expect(joinedOf([buildCode([main, ...rest]), buildCode([main])])).toBe('full');
  });

  it('is the same for the same classes', () => {
    const files = [buildCode([main]), buildCode(rest)];
    const bytesOf = () => {
      const joining = new Joining(
        () => true,
        () => true,
      );
      for (const [i, each] of files.entries()) joining.add(openDex(each), i, [0]);
      return joining.link()?.dex.bytes;
    };
    expect(bytesOf()).toEqual(bytesOf());
  });

  const bytes = buildCode([main, ...rest]);

  it('cut at every byte it gives something or a FormatError', () => {
    for (let end = 0x70; end < bytes.length; end++) joinedOf([bytes.slice(0, end), buildCode([])], 100_000);
  });

  const rounds = cases(10_000, 300);
  it(`${rounds} times changed by chance it ends in bounded steps`, { timeout: 120_000 }, () => {
    const random = mulberry32(0x101d);
    for (let round = 0; round < rounds; round++) {
      const changed = bytes.slice();
      for (let i = 0; i < 1 + (round % 3); i++)
        changed[0x70 + Math.floor(random() * (bytes.length - 0x70))] = Math.floor(random() * 256);
      joinedOf([changed, buildCode([{ name: 'app.Other' }])], 100_000);
    }
  });
});
