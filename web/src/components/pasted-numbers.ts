/** The numbers of a pasted text, each once. Blanks belong to numbers; lines and commas part them. */
export function numbersOf(text: string): string[] {
  const parts = text.split(/[\n\r,;\t]+/).map((part) => part.trim());
  return [...new Set(parts.filter(Boolean))];
}
