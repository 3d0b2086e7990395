/** The frame of what stands in a message and is no text. */
export const cardStyle =
  "flex w-72 max-w-full items-center gap-3 rounded-xl bg-sunken px-3 py-2.5 text-ink";
