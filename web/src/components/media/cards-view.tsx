import type { Attachment } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { Copy } from "@/components/ui/copy";
import { cardStyle } from "./card-style";
import { Glyph } from "./glyph";

type Props = Pick<Extract<Attachment, { type: "contacts" }>, "cards">;

/** Contact cards, with what is on them to be taken elsewhere. */
export function CardsView({ cards }: Props) {
  return (
    <ul className="flex flex-col gap-1.5">
      {cards.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a card has no identity but its place
        <li key={index} className={cn(cardStyle, "items-start")}>
          <Glyph kind="contacts" className="mt-0.5 size-6 shrink-0 text-faint" />
          <div className="min-w-0 flex-1">
            <p dir="auto" className="font-medium break-words">
              {one.formatted_name}
            </p>
            {one.organisation && (
              <p dir="auto" className="text-xs break-words text-soft">
                {one.organisation}
              </p>
            )}
            {[...(one.phones ?? []), ...(one.emails ?? [])].map((way) => (
              <p key={way} className="text-soft">
                <Copy text={way} />
              </p>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
