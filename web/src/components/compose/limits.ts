/** What WhatsApp takes at most, in entries and characters; the server has the same bounds. */
export const LIMITS = {
  cards: 5,
  cardName: 1024,
  buttons: 3,
  buttonTitle: 20,
  listButton: 20,
  sections: 10,
  sectionTitle: 24,
  rows: 10,
  rowTitle: 24,
  rowDescription: 72,
  /** Above and below buttons and lists. */
  frame: 60,
} as const;
