import { useState } from "react";
import type { Attachment } from "@/api/types";
import { Field, Input } from "@/components/ui/field";
import { composeWords } from "@/i18n/en/compose-words";
import { Add, Remove } from "./add-remove";
import { ComposeDialog, type ComposeProps } from "./compose-dialog";
import { FrameFields, framed, frameOf } from "./frame-fields";
import { LIMITS } from "./limits";
import { twice, withIds } from "./made";

type Buttons = Extract<Attachment, { type: "buttons" }>;

const words = composeWords.buttons;
const BLANK = { id: "", title: "" };

/** Up to three answers that are given with one press. */
export default function ButtonsDialog(props: ComposeProps<Buttons>) {
  const { initial } = props;
  const [frame, setFrame] = useState(() => frameOf(initial));
  const [buttons, setButtons] = useState(() => initial?.buttons ?? [BLANK]);
  const check = () => {
    const repeated = twice(buttons.map(({ title }) => title));
    return Object.fromEntries(
      repeated.map((nth) => [`attachment.buttons[${nth}].title`, composeWords.twice]),
    );
  };
  const make = (): Buttons => {
    const trimmed = buttons.map((button) => ({ ...button, title: button.title.trim() }));
    return { type: "buttons", ...framed(frame), buttons: withIds(trimmed) };
  };
  return (
    <ComposeDialog {...props} title={words.title} lead={words.lead} check={check} make={make}>
      <div className="flex flex-col gap-3">
        {buttons.map((button, nth) => (
          <Field
            // biome-ignore lint/suspicious/noArrayIndexKey: a button has no identity but its place
            key={nth}
            name={`attachment.buttons[${nth}].title`}
            label={words.button(nth + 1)}
            hint={nth === 0 ? composeWords.upTo(LIMITS.buttonTitle) : undefined}
          >
            <span className="flex gap-1.5">
              <Input
                required
                pattern=".*\S.*"
                maxLength={LIMITS.buttonTitle}
                value={button.title}
                onChange={(event) =>
                  setButtons((all) => all.with(nth, { ...button, title: event.target.value }))
                }
              />
              {buttons.length > 1 && (
                <Remove
                  label={words.remove(nth + 1)}
                  onClick={() => setButtons((all) => all.filter((_, index) => index !== nth))}
                />
              )}
            </span>
          </Field>
        ))}
        <Add
          reason={buttons.length >= LIMITS.buttons && words.most(LIMITS.buttons)}
          onClick={() => setButtons((all) => [...all, BLANK])}
        >
          {words.add}
        </Add>
      </div>
      <FrameFields frame={frame} onChange={(part) => setFrame((old) => ({ ...old, ...part }))} />
    </ComposeDialog>
  );
}
