/** Compiled Android resources, `resources.arsc` (AOSP androidfw ResourceTypes.h, ResTable). */
export { followed, type ResourceValue, resourceValues } from './resolve.ts';
export { openResourceTable, type ResourceTable, type Spend } from './table.ts';
