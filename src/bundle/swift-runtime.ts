/**
 * What follows `libswift` in the names of Swift's runtime, as iOS has it in /usr/lib/swift (seen 2026-11-26: the load
 * commands of system apps of iOS 15 to 26 in public firmware diffs, and the libraries that Xcode 10 to 14 put into apps).
 * The list does not grow with iOS: what is built for iOS 12.2 or later asks for /usr/lib/swift itself.
 */
const runtime = new Set(
  (
    'ARKit AVFoundation Accelerate AppKit AppleArchive AssetsLibrary CallKit CloudKit Compression Contacts Core ' +
    'CoreAudio CoreData CoreFoundation CoreGraphics CoreImage CoreLocation CoreMIDI CoreML CoreMedia CoreNFC ' +
    'CryptoTokenKit Darwin DataDetection Demangle Dispatch Distributed FileProvider Foundation GLKit GameplayKit ' +
    'HealthKit HomeKit IOKit IdentityLookup Intents MLCompute MapKit MediaPlayer Messages Metal MetalKit ModelIO ' +
    'MultipeerConnectivity NaturalLanguage Network OSLog ObjectiveC Observation OpenCL PassKit PencilKit Photos ' +
    'PhotosUI QuartzCore QuickLook RegexBuilder RemoteMirror ReplayKit SafariServices SceneKit ShazamKit Spatial ' +
    'Speech SpriteKit StoreKit SwiftLang SwiftOnoneSupport Synchronization System UIKit UniformTypeIdentifiers ' +
    'UserNotifications VideoToolbox Vision WatchConnectivity WatchKit WebKit XCTest XPC os simd sys_time unistd ' +
    '_Builtin_float _Concurrency _DarwinFoundation1 _DarwinFoundation2 _DarwinFoundation3 _Differentiation ' +
    '_RegexParser _StringProcessing _Volatile _errno _math _signal _stdio _time'
  ).split(' '),
);

const BEGINNING = '@rpath/libswift';
const ENDING = '.dylib';

/** Since iOS 12.2 Swift's runtime is the system's, and dyld looks there first for what has such a name. */
export function isSwiftRuntime(name: string): boolean {
  return (
    name.startsWith(BEGINNING) && name.endsWith(ENDING) && runtime.has(name.slice(BEGINNING.length, -ENDING.length))
  );
}
