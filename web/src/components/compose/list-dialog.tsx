import { Form } from "@base-ui/react/form";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Attachment } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { t } from "@/i18n/catalogue";
import { composeWords } from "@/i18n/en/compose-words";
import { FrameFields, framed, frameOf } from "./frame-fields";
import { LIMITS } from "./limits";
import { hasRoom, type Wrong, withIds } from "./made";
import { BLANK_SECTION, type Section, SectionFields } from "./section-fields";

type List = Extract<Attachment, { type: "list" }>;

type Props = {
  initial?: List;
  wrong?: Wrong;
  onClose: () => void;
  onMade: (list: List) => void;
};

const words = composeWords.list;

/** A menu of up to ten choices, in sections. */
export default function ListDialog({ initial, wrong, onClose, onMade }: Props) {
  const [frame, setFrame] = useState(() => frameOf(initial));
  const [button, setButton] = useState(initial?.button ?? "");
  const [sections, setSections] = useState<Section[]>(() => initial?.sections ?? [BLANK_SECTION]);
  const room = hasRoom(sections);
  const submit = () =>
    onMade({
      type: "list",
      ...framed(frame),
      button: button.trim(),
      sections: asSent(sections),
    });
  return (
    <Dialog open onOpenChange={onClose} wide title={words.title} description={words.lead}>
      <Form errors={wrong} className="flex flex-col gap-4" onFormSubmit={submit}>
        <Field
          name="attachment.button"
          label={words.button}
          hint={composeWords.upTo(LIMITS.listButton)}
        >
          <Input
            required
            pattern=".*\S.*"
            maxLength={LIMITS.listButton}
            value={button}
            onChange={(event) => setButton(event.target.value)}
          />
        </Field>
        {sections.map((section, nth) => (
          <SectionFields
            // biome-ignore lint/suspicious/noArrayIndexKey: a section has no identity but its place
            key={nth}
            section={section}
            nth={nth}
            alone={sections.length === 1}
            room={room}
            onChange={(next) => setSections((all) => all.with(nth, next))}
            onRemove={() => setSections((all) => all.filter((_, index) => index !== nth))}
          />
        ))}
        <Button
          className="self-start"
          size="sm"
          reason={
            sections.length >= LIMITS.sections
              ? words.mostSections(LIMITS.sections)
              : !room && words.most(LIMITS.rows)
          }
          onClick={() => setSections((all) => [...all, BLANK_SECTION])}
        >
          <Plus aria-hidden="true" className="size-3.5" />
          {words.addSection}
        </Button>
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

/** Trimmed, and every row with an id that no other one of the list has. */
function asSent(sections: Section[]): List["sections"] {
  const rows = withIds(
    sections.flatMap((section) =>
      section.rows.map((row) => ({
        ...row,
        title: row.title.trim(),
        description: row.description?.trim() || undefined,
      })),
    ),
  );
  let from = 0;
  return sections.map((section) => {
    const own = rows.slice(from, from + section.rows.length);
    from += section.rows.length;
    return { title: section.title?.trim() ?? "", rows: own };
  });
}
