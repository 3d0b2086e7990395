import {
  ContactRound,
  FileText,
  Film,
  Image,
  LayoutTemplate,
  List,
  type LucideIcon,
  MapPin,
  MessageSquareText,
  Mic,
  Music,
  SquareMousePointer,
  Sticker,
} from "lucide-react";
import type { ContentKind } from "./content";

export const glyphs: Record<ContentKind, LucideIcon> = {
  text: MessageSquareText,
  image: Image,
  video: Film,
  audio: Music,
  voice: Mic,
  document: FileText,
  sticker: Sticker,
  location: MapPin,
  contacts: ContactRound,
  buttons: SquareMousePointer,
  list: List,
  template: LayoutTemplate,
};

export function Glyph({ kind, className }: { kind: ContentKind; className?: string }) {
  const Icon = glyphs[kind];
  return <Icon aria-hidden="true" className={className} strokeWidth={1.5} />;
}
