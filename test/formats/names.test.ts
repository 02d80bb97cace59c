import { describe, expect, it } from 'vitest';
import { cxxScope, isMangled, jniName, objcClassName, swiftModule } from '../../src/formats/names.ts';

describe('jniName', () => {
  it.each([
    ['Java_io_agora_rtc_internal_RtcEngineImpl_nativeSetup', 'io.agora.rtc.internal.RtcEngineImpl', 'nativeSetup'],
    ['Java_a_B_c__', 'a.B', 'c'],
    ['Java_a_B_c__Ljava_lang_String_2_3I', 'a.B', 'c'],
    ['Java_a_1b_C_1d_e_1f', 'a_b.C_d', 'e_f'],
    ['Java_a_Outer_00024Inner_run', 'a.Outer$Inner', 'run'],
    ['Java_Main_main', 'Main', 'main'],
    ['Java_tv_ijk_Player__1setDataSource', 'tv.ijk.Player', '_setDataSource'],
    ['Java_a_B_c___3I', 'a.B', 'c'],
    ['Java_a_B_1_method', 'a.B_', 'method'],
    ['Java_J_N_MAbc123', 'J.N', 'MAbc123'],
    ['Java_a_\u58f0_m', 'a.\u58f0', 'm'],
    ['Java_a_B_0597d', 'a', 'B\u597d'],
    ['Java_a_B_0zzzz', null, null],
    ['Java_a_B_0', null, null],
    ['Java_', null, null],
    ['Java_onlyClass', null, null],
    ['Java_a_B_', null, null],
    ['Java__a_B', null, null],
    ['JNI_OnLoad', null, null],
    ['java_a_b', null, null],
  ])('%s', (symbol, className, method) => {
    expect(jniName(symbol)).toEqual(className === null ? null : { class: className, method });
  });
});

describe('swiftModule', () => {
  it.each([
    ['$s10Starscream9WebSocketC7connectyyF', 'Starscream'],
    ['_$s12LiveKitTools4RoomCMa', 'LiveKitTools'],
    ['_$S5Agora6EngineC', 'Agora'],
    ['_T05Agora6EngineC', 'Agora'],
    ['__T05Agora6EngineC', 'Agora'],
    ['$e4main3FooV', 'main'],
    ['_TtC7AgoraRT6Engine', 'AgoraRT'],
    ['_TtCC7AgoraRT6Engine5State', 'AgoraRT'],
    ['_TtP7AgoraRT8Delegate_', 'AgoraRT'],
    ['$sSo8NSObjectCMa', null], // imported from Objective-C
    ['$sSS5countSivg', null], // Swift.String
    ['$ss5print_9separator10terminatoryypd_S2StF', null], // the standard library
    ['$sytMD', null],
    ['$s99Agora', null],
    ['$s', null],
    ['_TtCs12_SwiftObject', null],
    ['_ZN5agora3rtc6EngineE', null],
    ['sqlite3_open', null],
  ])('%s', (symbol, module) => {
    expect(swiftModule(symbol)).toBe(module);
  });
});

describe('objcClassName', () => {
  it.each([
    ['_OBJC_CLASS_$_AgoraRtcEngineKit', 'AgoraRtcEngineKit'],
    ['OBJC_CLASS_$_AgoraRtcEngineKit', 'AgoraRtcEngineKit'],
    ['_OBJC_METACLASS_$_AgoraRtcEngineKit', 'AgoraRtcEngineKit'],
    ['.objc_class_name_AgoraRtcEngineKit', 'AgoraRtcEngineKit'],
    ['_OBJC_CLASS_$__TtC7AgoraRT6Engine', '_TtC7AgoraRT6Engine'],
    ['_OBJC_CLASS_$_', null],
    ['_OBJC_IVAR_$_AgoraRtcEngineKit._delegate', null],
    ['x_OBJC_CLASS_$_A', null],
  ])('%s', (symbol, name) => {
    expect(objcClassName(symbol)).toBe(name);
  });
});

describe('cxxScope', () => {
  it.each([
    ['_ZN5agora3rtc9RtcEngine10initializeEv', 'agora.rtc.RtcEngine'],
    ['__ZN5agora3rtc9RtcEngine10initializeEv', 'agora.rtc.RtcEngine'],
    ['_ZNK5agora3rtc9RtcEngine4nameEv', 'agora.rtc.RtcEngine'],
    ['_ZN5agora3rtc9RtcEngineC1ERKS1_', 'agora.rtc.RtcEngine'],
    ['_ZN5agora3rtc9RtcEngineD0Ev', 'agora.rtc.RtcEngine'],
    ['_ZN5agora3rtceqERKNS0_4UserES3_', 'agora.rtc'],
    ['_ZTVN5agora3rtc9RtcEngineE', 'agora.rtc'],
    ['_ZTSN5agora3rtc9RtcEngineE', 'agora.rtc'],
    ['_ZThn16_N5agora3rtc9RtcEngine4stopEv', 'agora.rtc.RtcEngine'],
    ['_ZTv0_n24_N5agora3rtc9RtcEngineD0Ev', 'agora.rtc.RtcEngine'],
    ['_ZGVN5agora3rtc8instanceE', 'agora.rtc'],
    ['_ZZN5agora3rtc6createEvE4once', 'agora.rtc'],
    ['_ZN5agora12_GLOBAL__N_14sendEv', 'agora'],
    ['_ZN5agora6VectorIiE3addEi', 'agora.Vector'],
    ['_ZNSt6vectorIiE9push_backEOi', 'std.vector'],
    ['_ZNSt3__15mutex4lockEv', 'std.__1.mutex'],
    ['_ZN4mainE', null],
    ['_Z3addii', null],
    ['_ZNSs4_Rep9_S_createEv', null],
    ['_ZN999agora', null],
    ['_ZN', null],
    ['strlen', null],
  ])('%s', (symbol, scope) => {
    expect(cxxScope(symbol)).toBe(scope);
  });

  it('is bounded', () => {
    const start = performance.now();
    expect(cxxScope(`_ZN${'1a'.repeat(1_000_000)}Ev`)?.split('.')).toHaveLength(16);
    for (const text of ['_ZTh', '_ZTv', '_TtC', '_Z', 'Java_', '$s'])
      for (const tail of ['1'.repeat(1_000_000), '_'.repeat(1_000_000), 'n1_'.repeat(300_000), 'A'.repeat(1_000_000)])
        for (const decode of [cxxScope, swiftModule, jniName, objcClassName]) decode(text + tail);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('isMangled', () => {
  const mangled = [
    ...['Java_a_B_c', '.objc_class_name_A', '_OBJC_CLASS_$_A', 'OBJC_CLASS_$_A', '_OBJC_METACLASS_$_A'],
    ...['$s5Agora1AC', '_$s5Agora1AC', '$S5Agora1AC', '_$S5Agora1AC', '$e5Agora1AC', '_$e5Agora1AC'],
    ...['_T05Agora6EngineC', '__T05Agora6EngineC', '_TtC5Agora6Engine', '__TtC5Agora6Engine'],
    ...['_ZN5agora3rtc1AEv', '__ZN5agora3rtc1AEv', '_ZTVN5agora3rtc1AE', '__ZGVN5agora3rtc1AE'],
  ];

  it.each(mangled)('%s', (symbol) => {
    const made = jniName(symbol) ?? objcClassName(symbol) ?? swiftModule(symbol) ?? cxxScope(symbol);
    expect(made).not.toBe(null);
    const bytes = new TextEncoder().encode(`x${symbol}`);
    expect(isMangled(bytes, 1)).toBe(true);
    expect(isMangled(bytes, 0)).toBe(false);
    // One that is cut off at any byte gives no name that the test would hide.
    for (let length = 1; length < symbol.length; length++) {
      const cut = symbol.slice(0, length);
      const none = (jniName(cut) ?? objcClassName(cut) ?? swiftModule(cut) ?? cxxScope(cut)) === null;
      expect(none || isMangled(new TextEncoder().encode(cut), 0)).toBe(true);
    }
  });

  it.each(['JNI_OnLoad', '_objc_msgSend', '__cxa_throw', '_puts', 'Java', '', '_'])('not %j', (symbol) => {
    expect(isMangled(new TextEncoder().encode(symbol), 0)).toBe(false);
  });
});
