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
    refusal: "Refusal",
    receipt: "Receipt",
    doubt: "Doubt",
    settled: "Decision",
    other: "Event",
  },
  because: (cause: string) => `because: ${cause}`,

  leftOut: "Left out",
  leftOutLead: "They were in the audience when it started, and no message was made for them.",
  leftOutPeople: "People that were left out",
  /** Only so many contacts are asked about at a time. */
  leftOutSome: "Some of them. Search for a name or a number above to find others.",
  leftOutNone: "Nobody of those that were found was left out.",
  leftOutNoneHint: "Search for a name or a number in the list of recipients above.",
  contact: "Open the contact",
  why: (who: string) => `Why ${who} was left out`,
  person: "A person",
};
