/** The words of conversations that are more than a contact and us; fetched with the inbox. */
export const inboxWords = {
  group: "Group",
  namelessGroup: "Group without a name",
  groupHint: "A group has no contact card. Nobody becomes a contact by writing in it.",
  groupReads: "Everybody in the group reads it.",
  composeGroup: "Write to the group",
  hidden: "Number hidden",
  hiddenHint:
    "This person hides the number. They can be answered here, but are no contact and get no campaigns.",
  unknown: "No name or number",
  unknownHint: "Neither a name nor a number is known of this person.",
  /** Of a person who hid the number. */
  continued: "Their number is known now, and the conversation goes on under it.",
  openContinued: "Go on there",
  origins: {
    phone: "Written on the phone",
    other_system: "From another system",
  },
  fromCampaign: (name: string | null) => (name ? `From the campaign “${name}”` : "From a campaign"),
};
