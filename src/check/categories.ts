import type { Sdk } from '../rules/schema.ts';
import { categories } from '../types.ts';
import type { Complain } from './problem.ts';

const isShipped = (id: string) => categories.some((known) => known === id);

/** Whether somebody says what a category means: its words go into findings. */
export function checkCategoryOf({ category }: Sdk, exists: (path: string) => boolean, report: Complain): void {
  const path = `categories/${category}.json`;
  if (isShipped(category) || exists(path)) return;
  report('category', `there is no category "${category}": write ${path}, or one of ${categories.join(', ')}`);
}

/** What ships says the same in every report. */
export function checkCategory(id: string, report: Complain): void {
  if (isShipped(id)) report('id', `"${id}" is a category that ships: choose another id`);
}
