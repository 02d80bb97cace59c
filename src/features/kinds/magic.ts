export { ascii, begins as startsWith } from '../../formats/packing/magic.ts';
