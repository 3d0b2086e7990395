import { many, n } from "./numbers";

export const privacyWords = {
  privacy: {
    title: "Privacy",
    noAccess: "Privacy is not for your role",
    retention: "How long messages are kept",
    retentionLead:
      "Once a message is older than this, nobody can read its text any more. That it was sent, when, and what became of it stays on the record.",
    days: "Days",
    daysHint: "From 1 to 365.",
    daysWrong: "Enter a whole number of days from 1 to 365.",
    shorter: "Shorter than now: what is older becomes unreadable within minutes, for good.",
    save: "Save",
    saveTitle: "Keep messages for another time",
    unchanged: "Nothing has been changed.",
    lastRun: (at: string, through: string) =>
      `Texts up to the end of ${through} cannot be read any more (since ${at}).`,
    neverRun: "No message has become that old yet.",
    conflict: "Somebody else changed the settings meanwhile. Look at them again, then save.",
    erasures: "Erasures",
    erasuresLead: "A certificate for each person whose data was erased on request.",
    noErasures: "Nobody has been erased",
    noErasuresHint:
      "When somebody asks to be forgotten, open their contact and choose “Erase for good”. The certificate then stands here.",
    when: "When",
    kind: "Kind",
    kinds: { contact: "Contact", person: "Person of the team" },
    subject: "Subject",
    by: "By",
    system: "Waybill",
    someone: "Somebody who is not here any more",
    reach: "Made unreadable",
    reached: (events: number, streams: number) =>
      `${many(events, "event", "events")} in ${many(streams, "history", "histories")}`,
    position: "Position",
    at: (position: number | null) => (position === null ? "–" : `#${n(position)}`),
  },
  erasing: {
    section: "Personal data",
    sectionHint: "For people who ask what you know of them, or to be forgotten.",
    export: "Export data",
    exportOf: (name: string) => `Export of the data of ${name}`,
    erase: "Erase for good",
    title: (name: string) => `Erase ${name} for good?`,
    lead: "For someone who asks to be forgotten. It cannot be undone by anybody.",
    what: [
      "Name, number, fields and consent become unreadable, and so do all messages with this person.",
      "Campaigns still count this person, without a name or a number.",
      "Nothing is sent to this person any more.",
    ],
    confirm: (phone: string) => `Type ${phone} to confirm`,
    confirmNeeded: "Type the phone number to confirm.",
    done: "Erased for good",
    certificate: "Certificate",
    certificateHint: "It is kept under Settings, Privacy.",
    gone: "This contact is not there any more",
    goneHint: "It was deleted, or erased for good.",
    nobody: "Erased",
    erasedHint:
      "This person asked to be forgotten: name, number and texts cannot be read any more.",
    noReply: "This person was erased, so nothing can be sent to them.",
  },
};
