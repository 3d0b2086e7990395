import { type ClipboardEvent, type DragEvent, useState } from "react";

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");

/** Takes files that are dropped anywhere on an element. */
export function useDrop(onFiles: (files: File[]) => void, enabled = true) {
  const [over, setOver] = useState(false);
  return {
    over: over && enabled,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        // Otherwise the browser would leave the page and show the file.
        event.preventDefault();
        event.dataTransfer.dropEffect = enabled ? "copy" : "none";
        setOver(true);
      },
      onDragLeave: (event: DragEvent) => {
        if (event.currentTarget.contains(event.relatedTarget as Node | null)) return;
        setOver(false);
      },
      onDrop: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(false);
        const files = [...event.dataTransfer.files];
        if (enabled && files.length > 0) onFiles(files);
      },
    },
  };
}

/** Files of the clipboard, such as a picture that was copied; a text is pasted as ever. */
export function pastedFiles(event: ClipboardEvent): File[] {
  const files = [...event.clipboardData.files];
  // An office program puts a picture of a text beside the text.
  return event.clipboardData.types.includes("text/plain") ? [] : files;
}
