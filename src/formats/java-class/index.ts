export { ClassFile, dottedClass, isJavaClass } from './class-file.ts';
export { visitInstructions } from './code.ts';
export { classGaps } from './gaps.ts';
export { type Attribute, type Member, visitParts } from './members.ts';
export { type Reference, visitReferences, visitTexts, visitTypes } from './references.ts';
export { type ClassConstant, type ClassString, takeStrings } from './strings.ts';
