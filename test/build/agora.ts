/** Classes of Agora RTC, as many as its rule asks for: fewer without native code are a stub. */
export const agoraClasses = [
  { name: 'io.agora.rtc.RtcEngine', methods: ['create'] },
  ...['Constants', 'IRtcEngineEventHandler', 'RtcChannel', 'internal.RtcEngineImpl'].map((own) => ({
    name: `io.agora.rtc.${own}`,
  })),
];

/** The same of 4.x. */
export const agora4Classes = agoraClasses.map((own) => ({ ...own, name: own.name.replace('.rtc.', '.rtc2.') }));

/** Types of an image of iOS that are more than a stub: what any release defines goes on so. */
export const agoraTypes = [
  'AgoraRtcEngineKit',
  'AgoraRtcVideoCanvas',
  'AgoraRtcStats',
  'AgoraRtcLocalVideoStats',
  'AgoraMediaDevice',
];
