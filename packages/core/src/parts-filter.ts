import type { Part } from './part.ts';
import type { PartsFilter } from './parts-repository.ts';

/** Numbers and searches don't regard the case of ASCII letters; that of others counts, as in SQL. */
export function foldCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** True for a part that a filter chooses. An engine may choose by other means, but no other parts. */
export function isChosen(part: Part, filter: PartsFilter): boolean {
  const { status, retired = false, words = [], partNumbers } = filter;
  const texts = [part.part_number, part.name, part.description].map(foldCase);
  const number = foldCase(part.part_number);
  return (
    (status === undefined || part.status === status) &&
    (retired === 'any' || (part.retired_at !== null) === retired) &&
    words.map(foldCase).every((word) => texts.some((text) => text.includes(word))) &&
    (partNumbers === undefined || partNumbers.some((wanted) => foldCase(wanted) === number))
  );
}
