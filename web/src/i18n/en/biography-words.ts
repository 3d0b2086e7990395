/** What each chapter of a message's life is about, fetched with the first biography. */
export const biographyWords = {
  title: "Biography",
  verdict: "What it comes down to",
  kinds: {
    command: "Command",
    audience: "Audience",
    points: "Points",
    choice: "Choice of the number",
    waiting: "Waiting",
    attempt: "Attempt",
    answer: "Answer of the provider",
    receipt: "Receipt",
    doubt: "Doubt",
    settled: "Decision",
    other: "Event",
  },
  because: (cause: string) => `because: ${cause}`,
  recipient: "Why this person got it, or did not",
  notThere: "This person was not in the audience when the campaign started",
  notThereHint: "Whoever is added, or joins the list, after the start is not part of it.",
  contact: "Open the contact",
};
