import { useState } from "react";
import type { Attachment } from "@/api/types";
import { Field, Input } from "@/components/ui/field";
import { composeWords } from "@/i18n/en/compose-words";
import { Add, Remove } from "./add-remove";
import { ComposeDialog, type ComposeProps } from "./compose-dialog";
import { LIMITS } from "./limits";
import { toE164 } from "./made";

type Cards = Extract<Attachment, { type: "contacts" }>;
type Card = Cards["cards"][number];

const words = composeWords.contacts;

const BLANK: Card = { formatted_name: "", phones: [""], emails: [""] };

const has = (texts: string[] | undefined) => texts?.some((text) => text.trim() !== "");

/** As it is sent: without what was left empty. */
function plain(card: Card): Card {
  const organisation = card.organisation?.trim();
  const filled = (texts: string[] = []) => texts.map((text) => text.trim()).filter(Boolean);
  return {
    ...card,
    formatted_name: card.formatted_name.trim(),
    organisation: organisation || undefined,
    phones: filled(card.phones).map(toE164),
    emails: filled(card.emails),
  };
}

/** Contact cards by name, with ways to reach whom they are of. */
export default function CardsDialog(props: ComposeProps<Cards>) {
  const { initial } = props;
  const [cards, setCards] = useState<Card[]>(
    () =>
      initial?.cards.map((card) => ({
        ...card,
        phones: has(card.phones) ? card.phones : [""],
        emails: has(card.emails) ? card.emails : [""],
      })) ?? [BLANK],
  );
  const change = (nth: number, part: Partial<Card>) =>
    setCards((all) => all.map((card, index) => (index === nth ? { ...card, ...part } : card)));
  const check = () => {
    const lonely = cards.flatMap((card, nth) => (has(card.phones) || has(card.emails) ? [] : nth));
    return Object.fromEntries(lonely.map((nth) => [`${at(nth)}.phones[0]`, words.needsOne]));
  };
  const make = (): Cards => ({ type: "contacts", cards: cards.map(plain) });
  return (
    <ComposeDialog {...props} title={words.title} lead={words.lead} check={check} make={make}>
      {cards.map((card, nth) => (
        <CardFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a card has no identity but its place
          key={nth}
          card={card}
          nth={nth}
          onChange={(part) => change(nth, part)}
          onRemove={
            cards.length > 1
              ? () => setCards((all) => all.filter((_, index) => index !== nth))
              : undefined
          }
        />
      ))}
      <Add
        reason={cards.length >= LIMITS.cards && words.most(LIMITS.cards)}
        onClick={() => setCards((all) => [...all, BLANK])}
      >
        {words.add}
      </Add>
    </ComposeDialog>
  );
}

const at = (nth: number) => `attachment.cards[${nth}]`;

type CardProps = {
  card: Card;
  nth: number;
  onChange: (part: Partial<Card>) => void;
  onRemove?: () => void;
};

function CardFields({ card, nth, onChange, onRemove }: CardProps) {
  const phones = card.phones ?? [];
  return (
    <fieldset className="flex flex-col gap-3 rounded-[10px] border p-3">
      <legend className="sr-only">{words.card(nth + 1)}</legend>
      <div className="flex items-center justify-between gap-2">
        <p aria-hidden="true" className="text-xs font-medium text-faint">
          {words.card(nth + 1)}
        </p>
        {onRemove && <Remove small label={words.remove(nth + 1)} onClick={onRemove} />}
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field name={`${at(nth)}.formatted_name`} label={words.name}>
          <Input
            required
            maxLength={LIMITS.cardName}
            value={card.formatted_name}
            onChange={(event) =>
              // Its parts would be those of the name before.
              onChange({
                formatted_name: event.target.value,
                first_name: undefined,
                last_name: undefined,
              })
            }
          />
        </Field>
        <Field name={`${at(nth)}.organisation`} label={words.organisation} optional>
          <Input
            value={card.organisation ?? ""}
            onChange={(event) => onChange({ organisation: event.target.value })}
          />
        </Field>
      </div>
      {phones.map((phone, mth) => (
        <Field
          // biome-ignore lint/suspicious/noArrayIndexKey: a number has no identity but its place
          key={mth}
          name={`${at(nth)}.phones[${mth}]`}
          label={words.phone}
          hint={mth === 0 ? words.phoneHint : undefined}
        >
          <span className="flex gap-1.5">
            <Input
              type="tel"
              inputMode="tel"
              autoComplete="off"
              pattern="\+[0-9 \(\)\.\/\-]{6,24}"
              className="tnum"
              value={phone}
              onChange={(event) => onChange({ phones: phones.with(mth, event.target.value) })}
            />
            {mth > 0 && (
              <Remove
                label={words.removePhone(mth + 1)}
                onClick={() => onChange({ phones: phones.filter((_, index) => index !== mth) })}
              />
            )}
          </span>
        </Field>
      ))}
      <Add quiet className="-mt-2" onClick={() => onChange({ phones: [...phones, ""] })}>
        {words.addPhone}
      </Add>
      {(card.emails ?? []).map((email, mth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an address has no identity but its place
        <Field key={mth} name={`${at(nth)}.emails[${mth}]`} label={words.email} optional>
          <Input
            type="email"
            autoComplete="off"
            value={email}
            onChange={(event) =>
              onChange({ emails: (card.emails ?? []).with(mth, event.target.value) })
            }
          />
        </Field>
      ))}
    </fieldset>
  );
}
