import { useState } from "react";
import type { Attachment } from "@/api/types";
import { Field, Input } from "@/components/ui/field";
import { composeWords } from "@/i18n/en/compose-words";
import { Add } from "./add-remove";
import { ComposeDialog, type ComposeProps } from "./compose-dialog";
import { FrameFields, framed, frameOf } from "./frame-fields";
import { LIMITS } from "./limits";
import { hasRoom, withIds } from "./made";
import { BLANK_SECTION, type Section, SectionFields } from "./section-fields";

type List = Extract<Attachment, { type: "list" }>;

const words = composeWords.list;

/** A menu of up to ten choices, in sections. */
export default function ListDialog(props: ComposeProps<List>) {
  const { initial } = props;
  const [frame, setFrame] = useState(() => frameOf(initial));
  const [button, setButton] = useState(initial?.button ?? "");
  const [sections, setSections] = useState<Section[]>(() => initial?.sections ?? [BLANK_SECTION]);
  const room = hasRoom(sections);
  const make = (): List => ({
    type: "list",
    ...framed(frame),
    button: button.trim(),
    sections: asSent(sections),
  });
  return (
    <ComposeDialog {...props} wide title={words.title} lead={words.lead} make={make}>
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
      <Add
        reason={
          sections.length >= LIMITS.sections
            ? words.mostSections(LIMITS.sections)
            : !room && words.most(LIMITS.rows)
        }
        onClick={() => setSections((all) => [...all, BLANK_SECTION])}
      >
        {words.addSection}
      </Add>
      <FrameFields frame={frame} onChange={(part) => setFrame((old) => ({ ...old, ...part }))} />
    </ComposeDialog>
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
