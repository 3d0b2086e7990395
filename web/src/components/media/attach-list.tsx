import { Menu } from "@base-ui/react/menu";
import { Images, type LucideIcon, Upload } from "lucide-react";
import type { RefObject } from "react";
import { mediaWords as words } from "@/i18n/en/media-words";
import { glyphs } from "./glyph";

/** What can be attached besides files, in the order in which it is offered. */
export const OTHERS = ["template", "location", "contacts", "buttons", "list"] as const;
export type Other = (typeof OTHERS)[number];

type Props = {
  anchor: RefObject<HTMLElement | null>;
  whyNoUpload: string | false;
  whyNoGallery: string | false;
  others: { kind: Other; reason: string | null }[];
  onClose: () => void;
  onUpload: () => void;
  onGallery: () => void;
  onOther: (kind: Other) => void;
};

export default function AttachList(props: Props) {
  const { anchor, onClose } = props;
  return (
    <Menu.Root open onOpenChange={(open) => !open && onClose()}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align="start" sideOffset={6} className="z-50">
          <Menu.Popup
            finalFocus={anchor}
            aria-label={words.attach.menu}
            className="flex max-h-(--available-height) w-60 max-w-[calc(100vw-1.5rem)] animate-fade flex-col overflow-y-auto rounded-[10px] border border-line bg-surface p-1.5 text-ink shadow-pop outline-none"
          >
            <Entry
              icon={Upload}
              label={words.attach.upload}
              reason={props.whyNoUpload}
              onChoose={props.onUpload}
            />
            <Entry
              icon={Images}
              label={words.attach.gallery}
              reason={props.whyNoGallery}
              onChoose={props.onGallery}
            />
            {props.others.map(({ kind, reason }) => (
              <Entry
                key={kind}
                icon={glyphs[kind]}
                label={words.attach.others[kind]}
                reason={reason}
                onChoose={() => props.onOther(kind)}
              />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

type EntryProps = {
  icon: LucideIcon;
  label: string;
  reason: string | null | false;
  onChoose: () => void;
};

function Entry({ icon: Icon, label, reason, onChoose }: EntryProps) {
  return (
    <Menu.Item
      disabled={Boolean(reason)}
      onClick={onChoose}
      className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-1 outline-none data-disabled:cursor-not-allowed data-disabled:text-faint data-highlighted:bg-hover"
    >
      <Icon aria-hidden="true" className="size-4 shrink-0 text-faint" />
      <span className="min-w-0">
        {label}
        {reason && <span className="block text-xs">{reason}</span>}
      </span>
    </Menu.Item>
  );
}
