import { Form } from "@base-ui/react/form";
import { Plus, X } from "lucide-react";
import { useMemo, useState } from "react";
import type { Attachment } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { t } from "@/i18n/catalogue";
import { composeWords } from "@/i18n/en/compose-words";
import { FrameFields, framed, frameOf } from "./frame-fields";
import { LIMITS } from "./limits";
import { twice, type Wrong, withIds } from "./made";

type Buttons = Extract<Attachment, { type: "buttons" }>;

type Props = {
  initial?: Buttons;
  wrong?: Wrong;
  onClose: () => void;
  onMade: (buttons: Buttons) => void;
};

const words = composeWords.buttons;
const BLANK = { id: "", title: "" };

/** Up to three answers that are given with one press. */
export default function ButtonsDialog({ initial, wrong, onClose, onMade }: Props) {
  const [frame, setFrame] = useState(() => frameOf(initial));
  const [buttons, setButtons] = useState(() => initial?.buttons ?? [BLANK]);
  const [same, setSame] = useState<number[]>([]);
  const errors = useMemo(
    () => ({
      ...wrong,
      ...Object.fromEntries(
        same.map((nth) => [`attachment.buttons[${nth}].title`, composeWords.twice]),
      ),
    }),
    [wrong, same],
  );
  const submit = () => {
    const repeated = twice(buttons.map(({ title }) => title));
    setSame(repeated);
    if (repeated.length > 0) return;
    const trimmed = buttons.map((button) => ({ ...button, title: button.title.trim() }));
    onMade({ type: "buttons", ...framed(frame), buttons: withIds(trimmed) });
  };
  return (
    <Dialog open onOpenChange={onClose} title={words.title} description={words.lead}>
      <Form errors={errors} className="flex flex-col gap-4" onFormSubmit={submit}>
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
                  <Button
                    size="icon"
                    look="quiet"
                    aria-label={words.remove(nth + 1)}
                    onClick={() => setButtons((all) => all.filter((_, index) => index !== nth))}
                  >
                    <X aria-hidden="true" className="size-4" />
                  </Button>
                )}
              </span>
            </Field>
          ))}
          <Button
            className="self-start"
            size="sm"
            reason={buttons.length >= LIMITS.buttons && words.most(LIMITS.buttons)}
            onClick={() => setButtons((all) => [...all, BLANK])}
          >
            <Plus aria-hidden="true" className="size-3.5" />
            {words.add}
          </Button>
        </div>
        <FrameFields frame={frame} onChange={(part) => setFrame((old) => ({ ...old, ...part }))} />
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary">
            {initial ? composeWords.keep : composeWords.attach}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
