import { lazy, type ReactNode, Suspense, useState } from "react";

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  /** A drawer comes from the end side and fills the height; a dialog is centred. */
  side?: "centre" | "end" | "bottom";
  wide?: boolean;
  /** Closes by a button of its own content only, neither by Escape nor beside it. */
  locked?: boolean;
  children: ReactNode;
};

/** Fetched when the first one opens, or when the page has been idle for a while. */
export const loadDialogs = () => import("./dialog-window");
const DialogWindow = lazy(loadDialogs);

export function Dialog(props: DialogProps) {
  // Once opened it stays, so that it can leave as it came.
  const [opened, setOpened] = useState(props.open);
  if (props.open && !opened) setOpened(true);
  return <Suspense>{opened && <DialogWindow {...props} />}</Suspense>;
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap items-center justify-end gap-2">{children}</div>;
}
