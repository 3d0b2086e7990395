import { Form } from "@base-ui/react/form";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Accepted } from "@/api/client";
import { contactTags, createList, tagContacts } from "@/api/contacts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";

type Props = { selected: ReadonlySet<string>; onClear: () => void };
type Mode = "tag" | "untag" | "list";

/** What can be done with the rows that are ticked. */
export default function BulkBar({ selected, onClear }: Props) {
  const [mode, setMode] = useState<Mode | null>(null);
  return (
    <div className="mb-3 flex shrink-0 animate-fade flex-wrap items-center gap-2 rounded-[10px] bg-accent-wash px-3 py-1.5 text-accent-ink">
      <span className="tnum me-2 font-medium" aria-live="polite">
        {t.contacts.selected(selected.size)}
      </span>
      <Button size="sm" onClick={() => setMode("tag")}>
        {t.contacts.addTag}
      </Button>
      <Button size="sm" onClick={() => setMode("untag")}>
        {t.contacts.removeTag}
      </Button>
      <Button size="sm" onClick={() => setMode("list")}>
        {t.contacts.makeList}
      </Button>
      <Button size="sm" look="quiet" className="ms-auto text-accent-ink" onClick={onClear}>
        {t.contacts.clearSelection}
      </Button>
      {mode && (
        <BulkDialog
          mode={mode}
          ids={[...selected]}
          onClose={() => setMode(null)}
          onDone={onClear}
        />
      )}
    </div>
  );
}

type DialogProps = { mode: Mode; ids: string[]; onClose: () => void; onDone: () => void };

function BulkDialog({ mode, ids, onClose, onDone }: DialogProps) {
  const [name, setName] = useState("");
  const suggestions = useId();
  const tags = useQuery({ ...contactTags(), enabled: mode !== "list" }).data?.items ?? [];
  const run = useCommand({
    run: (text: string, key): Promise<Accepted<unknown>> =>
      mode === "list" ? createList(text, ids, key) : tagContacts(ids, text, mode === "untag", key),
    title: (text: string) =>
      mode === "list"
        ? t.contacts.makeList
        : mode === "tag"
          ? t.contacts.bulkTag(text, ids.length)
          : t.contacts.bulkUntag(text, ids.length),
    touches: [["contacts"]],
    onAccepted: () => {
      onClose();
      onDone();
    },
  });
  const title =
    mode === "list"
      ? t.contacts.makeListTitle(ids.length)
      : mode === "tag"
        ? t.contacts.addTag
        : t.contacts.removeTag;
  return (
    <Dialog open onOpenChange={onClose} title={title} description={t.contacts.selected(ids.length)}>
      <Form onFormSubmit={() => run.mutate(name.trim())}>
        <Field name="name" label={mode === "list" ? t.contacts.listName : t.contacts.tagName}>
          <Input
            required
            autoComplete="off"
            list={mode === "list" ? undefined : suggestions}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <datalist id={suggestions}>
          {tags.map((tag) => (
            <option key={tag.tag} value={tag.tag} />
          ))}
        </datalist>
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" pending={run.isPending}>
            {title}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
