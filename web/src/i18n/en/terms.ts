export const termsWords = {
  terms: {
    title: "Terms",
    lead: "What holds for sending with Waybill. Somebody has to accept them before the first campaign.",
    version: (version: string) => `Version ${version}`,
    text: "Text of the terms",
    acceptedBy: (by: string, at: string) => `Accepted by ${by}, ${at}.`,
    outdated: "Accepted in an earlier version; this one is not accepted yet.",
    notYet: "Not accepted yet.",
    box: "I have read the terms and accept them for the organisation",
    boxNeeded: "Tick that you accept the terms.",
    accept: "Accept",
    acceptAndStart: "Accept and start",
    read: "Read them",
    acceptTitle: "Accept the terms",
    changed: "The terms changed while you read.",
    readNew: "Read the new version",
    who: (role: string) => `Somebody with the role ${role} or above can accept them.`,
    startTitle: "Before the first campaign",
  },
  consentPolicy: {
    title: "What people agree to",
  },
};
