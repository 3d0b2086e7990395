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
  leftOutToday:
    "Contacts of the audience that look like it today. Open one to see what the log says of it; search for a name or a number above to find others.",
  leftOutNone: "No contact of the audience looks like it today.",
  leftOutSearch: "Search for a name or a number in the list of recipients above.",
  notThere: "Not in the audience",
  notThereHint:
    "This contact was not part of the audience when the campaign started. Who is added later is not written to.",
  contact: "Open the contact",
  person: "A person",
};
