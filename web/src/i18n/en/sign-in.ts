export const signInWords = {
  signIn: {
    forgot: "Forgot your password?",
    locked: "Too many wrong tries.",
    lockedFor: (left: string) => `Try again in ${left}.`,
    codeTitle: "One more step",
    codeLead: "Enter the code that your authenticator app shows now.",
    code: "Code",
    codeHint: "Six digits, or one of your recovery codes.",
    wrongCode: "This code is not right, or was used before.",
    confirm: "Confirm",
    otherAccount: "Use another account",
    challengeExpired: "That took too long. Enter your password again.",
    or: "or",
    with: (provider: string) => `Continue with ${provider}`,
    done: {
      reset: "Your password is changed. Sign in with it.",
      erased: "Your account is erased.",
    },
    /** What came back from another provider, by its code. */
    sso: {
      cancelled: "You cancelled it at the provider. Nothing was changed.",
      failed: "The provider did not confirm who you are. Try again, or sign in another way.",
      expired: "That took too long. Try again.",
      unverified:
        "The provider has not verified your email address. Verify it there, or sign in another way.",
      link_first:
        "There is an account with this address already. Sign in with its password, then connect the provider under Settings, Security.",
      taken: "This account of the provider is connected to somebody else here.",
      not_allowed: "The provider does not let you in here. Ask who administers it.",
    } as Record<string, string>,
    ssoUnknown: "Signing in with the provider did not work. Try again, or sign in another way.",
  },
  forgot: {
    title: "Forgot your password?",
    lead: "We send you a link to choose a new one.",
    send: "Send the link",
    sentTitle: "Look into your mail",
    sent: (email: string) =>
      `If there is an account with ${email}, a link to choose a new password is on its way there.`,
    notThere: "Nothing there? Look into the spam folder, or try another address.",
    again: "Try another address",
    remembered: "Remembered it?",
  },
  reset: {
    title: "Choose a new password",
    lead: "It ends every session: you sign in again everywhere.",
    password: "New password",
    save: "Change the password",
    overTitle: "This link does not hold any more",
    over: "It was used, or is too old. A link holds for an hour and once only.",
    missingTitle: "This link is not complete",
    missing: "Open the link from the mail again, or ask for a new one.",
    again: "Ask for a new link",
  },
};
