import { describe, expect, it } from 'vitest';
import type { Clue, VersionAt } from '../../src/rules/schema.ts';
import { clue } from '../rules/rules-of.ts';
import { firstPlace, named, stands } from './evidence.ts';

const at = (shown: Clue, text: string, place = 0, path = 'npm:a@1/x') =>
  stands({ clue: shown }, Buffer.from(text, 'latin1'), place, path);

describe('what stands at a place', () => {
  it.each<[string, Clue, string, boolean]>([
    ['a class of a JNI export', clue('class', { under: 'a.b.rtc' }), 'Java_a_b_rtc_Engine_nativeX\0', true],
    ['another package of a JNI export', clue('class', { under: 'a.b.rtc' }), 'Java_a_b_rtc2_Engine_nativeX\0', false],
    ['a descriptor', clue('class', { is: 'a.b.C' }), 'La/b/C;', true],
    ['a longer name in a descriptor', clue('class', { is: 'a.b.C' }), 'La/b/Class;', false],
    ['an Objective-C class', clue('class', { is: 'FooKit' }), '_OBJC_CLASS_$_FooKit\0', true],
    ['a longer Objective-C class', clue('class', { is: 'FooKit' }), '_OBJC_CLASS_$_FooKitView\0', false],
    ['a mangled scope', clue('symbol', { under: 'AgoraRTC' }), '_ZN8AgoraRTC11AudioEngineE\0', true],
    ['a mangled scope that begins so', clue('symbol', { under: 'AgoraRTC' }), '_ZN9AgoraRTC211AudioEngineE\0', false],
    ['text after the one that is pointed at', clue('string', { is: 'needle in hay' }), 'hay\0needle in hay', false],
    ['a pattern', clue('string', { like: 'SDK ver * build *' }), 'SDK ver %s build %d', true],
    ['a library that is loaded', clue('library', { is: 'libfoo_sdk.so' }), 'loadLibrary("foo_sdk")', true],
    ['another library that is loaded', clue('library', { is: 'libfoo_sdk.so' }), 'loadLibrary("foo_sdk2")', false],
  ])('%s', (_, shown, text, stood) => {
    expect(at(shown, text)).toBe(stood);
    expect(at(shown, `\x01\0${text}`, 2)).toBe(stood);
    expect(at(shown, `${text}${'x'.repeat(300)}`, text.length)).toBe(false);
  });

  it('a host is not the beginning of another', () => {
    const host = { names: ['zoom.example'] };
    const there = (text: string) => stands(host, Buffer.from(text), 0, '');
    expect(['https://zoom.example/x', 'api.zoom.example', 'zoom.example.'].map(there)).toEqual([true, true, true]);
    expect(['https://zoom.example.cn', 'notzoom.example', 'zoom.example-cn'].map(there)).toEqual([false, false, false]);
  });

  it('a selector or its property in a header', () => {
    const there = (text: string) => stands({ names: ['setArea:', 'set:key:'] }, Buffer.from(text), 0, '');
    expect(there('- (void)setArea:(int)area;')).toBe(true);
    expect(there('- (void)set:(int)type key:(id)key;')).toBe(true);
    expect(there('@property (nonatomic) AreaCode area;')).toBe(true);
    expect(there('@property (nonatomic) AreaCode areas;')).toBe(false);
  });

  it('where the rule says it in words, a text', () => {
    expect(stands(null, Buffer.from('joinChannel'), 0, '')).toBe(true);
    expect(stands(null, Buffer.from('\x01\0joinChannel'), 0, '')).toBe(false);
    expect(stands(null, Buffer.from('join'), 4, '')).toBe(false);
  });
});

describe('a version', () => {
  const there = (version: VersionAt, text: string, place: number) =>
    stands({ version }, Buffer.from(text), place, 'npm:a@1/x');
  const near: VersionAt = { id: 'v', from: 'near', anchor: 'the.anchor', step: -2, parts: [3, 4] };

  it('so many strings beside its anchor, or the anchor', () => {
    expect(there(near, 'x\x002.0.2\0\0other\0the.anchor\0', 2)).toBe(true);
    expect(there(near, 'x\x002.0.2\0the.anchor\0', 2)).toBe(false);
    expect(there(near, 'x\x002.0\0other\0the.anchor\0', 2)).toBe(false);
    expect(there(near, 'x\x002.0.2\0other\0an.anchor\0', 2)).toBe(false);
    expect(there({ ...near, step: 1 }, 'the.anchor\0\x002.0.2\0', 12)).toBe(true);
    expect(there({ ...near, step: 2 }, 'the.anchor\0\x002.0.2\0', 12)).toBe(false);
    expect(there(near, 'the.anchor\0', 0)).toBe(true);
  });

  it('in its literal, from the literal or from the version', () => {
    const like: VersionAt = { id: 'v', from: 'like', like: 'SDK/{version} (native)', parts: [2, 3] };
    const text = 'x SDK/1.2.3 (native)';
    expect([2, 6].map((place) => there(like, text, place))).toEqual([true, true]);
    expect(there(like, 'x SDK/1.2.3.4 (native)', 6)).toBe(false);
    expect(there(like, 'x ADK/1.2.3 (native)', 6)).toBe(false);
  });

  it('in constants that a compiler joins later: the end of what stands before the version', () => {
    const like: VersionAt = { id: 'v', from: 'like', like: '[key]init, SdkVersion:{version}, id:', parts: [3, 3] };
    expect(there(like, 'init, SdkVersion:\x01\0\x05, id:', 0)).toBe(true);
    expect(there(like, 'init, SdkVersion:2\x01\0\x05, id:', 0)).toBe(false);
    expect(there(like, 'Version:\x01', 0)).toBe(true);
    expect(there(like, 'ersion:\x01', 0)).toBe(false);
  });
});

describe('where the name of the file is the evidence', () => {
  it.each<[Clue, string, boolean]>([
    [clue('library', { is: 'libfoo.so' }), 'maven:g:a:1!jni/x86/libfoo.so', true],
    [clue('library', { is: 'libfoo.so' }), 'maven:g:a:1!jni/x86/libfoo2.so', false],
    [clue('library', { like: 'libfoo_*_ext.so' }), 'maven:g:a:1!jni/x86/libfoo_a_ext.so', true],
    [clue('library', { is: 'Foo.framework' }), 'npm:a@1/ios/Foo.framework/Info.plist', true],
    [clue('library', { is: 'Foo.framework' }), 'npm:a@1/ios/FooBar.framework/Info.plist', false],
    [clue('class', { under: 'a.b' }), 'npm:a@1/x.jar!a/b/C.class', true],
    [clue('class', { under: 'a.b' }), 'npm:a@1/x.jar!a/b2/C.class', false],
    [clue('class', { is: 'a.b.C' }), 'npm:a@1/x.jar!a/b/C.class', true],
    [clue('class', { is: 'a.b.C' }), 'npm:a@1/x.jar!a/b/CD.class', false],
    [clue('string', { is: 'C.class of' }), 'npm:a@1/x.jar!C.class of', false],
  ])('%o in %s', (shown, path, shows) => expect(named({ clue: shown }, path)).toBe(shows));

  it('else its place is found', () => {
    const plist = Buffer.from('bplist00Scom.foo.KitS1.0', 'latin1');
    expect(firstPlace({ clue: clue('bundle-id', { is: 'com.foo.Kit' }) }, plist)).toBe(9);
    expect(firstPlace({ clue: clue('bundle-id', { is: 'com.bar.Kit' }) }, plist)).toBe(-1);
  });
});
