import type { ChatMessage } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { t } from "@/i18n/catalogue";
import { inboxWords as words } from "@/i18n/en/inbox-words";

const VOICES = [
  "text-voice-1",
  "text-voice-2",
  "text-voice-3",
  "text-voice-4",
  "text-voice-5",
  "text-voice-6",
] as const;

/** The same colour for the same person, wherever and whenever. */
export function voiceOf(id: string): (typeof VOICES)[number] {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return VOICES[sum % VOICES.length] ?? VOICES[0];
}

type Props = { member: NonNullable<ChatMessage["member"]>; erased: boolean };

/** Who said it in a group. */
export function Speaker({ member, erased }: Props) {
  const { name, phone } = member;
  return (
    <p className={cn("flex items-baseline gap-2 text-xs", voiceOf(member.contact_id))}>
      <span dir="auto" className="min-w-0 truncate font-semibold">
        {name || phone || (erased ? t.erasing.nobody : words.hidden)}
      </span>
      {name && phone && <span className="tnum ms-auto text-2xs text-faint">{phone}</span>}
    </p>
  );
}
