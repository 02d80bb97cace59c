/** What became of something between two reports. What one of them did not read, or did not ask, is not called new or gone. */
export const changeKinds = [
  'added',
  'removed',
  'changed',
  'unread-old',
  'unread-new',
  'unasked-old',
  'unasked-new',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Which way a finding, or a whole app, went between two reports. */
export const trends = ['better', 'worse', 'mixed', 'same', 'unclear'] as const;
export type Trend = (typeof trends)[number];

/** Why two reports cannot be compared as they stand, or not in all. */
export const differenceRemarks = [
  'same-bundle',
  'other-app',
  'app-unknown',
  'other-platform',
  'other-signer',
  'other-policy',
  'other-context',
  'other-rules',
  'other-addresses',
  'other-day',
  'other-depth',
  'other-waybill',
  'unread-old',
  'unread-new',
] as const;
export type DifferenceRemark = (typeof differenceRemarks)[number];
