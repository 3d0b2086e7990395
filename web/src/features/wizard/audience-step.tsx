import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { contactLists, contactTags } from "@/api/contacts";
import { Choice } from "@/components/ui/choice";
import { cn } from "@/components/ui/class-names";
import { Field, Input } from "@/components/ui/field";
import { Select } from "@/components/ui/plain-field";
import { Loaded } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { count } from "@/i18n/format";
import { type Draft, tagsOf } from "./draft";

type Props = { draft: Draft; onChange: (part: Partial<Draft>) => void };

export function AudienceStep({ draft, onChange }: Props) {
  const { audience } = draft;
  const kind = audience === "all" ? "all" : (audience.split(":")[0] ?? "");
  // Named by a program; kept as they are unless something else is chosen.
  const [named] = useState(audience.startsWith("contacts:") ? audience : null);
  return (
    <div className="flex flex-col gap-5">
      <Field label={t.wizard.name} hint={t.wizard.nameHint}>
        <Input
          autoComplete="off"
          maxLength={120}
          value={draft.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </Field>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1.5 text-xs font-medium text-soft">{t.wizard.who}</legend>
        <Choice
          name="audience"
          value="all"
          checked={kind === "all"}
          onChoose={() => onChange({ audience: "all" })}
          title={t.wizard.everyone}
          hint={t.wizard.everyoneHint}
        />
        <Choice
          name="audience"
          value="list"
          checked={kind === "list"}
          onChoose={() => onChange({ audience: "list:" })}
          title={t.wizard.aList}
          hint={t.wizard.aListHint}
        >
          <Lists draft={draft} onChange={onChange} />
        </Choice>
        <Choice
          name="audience"
          value="tags"
          checked={kind === "tags"}
          onChoose={() => onChange({ audience: "tags:" })}
          title={t.wizard.byTags}
          hint={t.wizard.byTagsHint}
        >
          <Tags draft={draft} onChange={onChange} />
        </Choice>
        {named && (
          <Choice
            name="audience"
            value="contacts"
            checked={kind === "contacts"}
            onChoose={() => onChange({ audience: named })}
            title={t.wizard.named(named.split(",").length)}
            hint={t.wizard.namedHint}
          />
        )}
      </fieldset>
    </div>
  );
}

function Lists({ draft, onChange }: Props) {
  const query = useQuery(contactLists());
  return (
    <Loaded query={query} what={t.wizard.aList}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-soft">{t.wizard.noLists}</p>
        ) : (
          <Select
            aria-label={t.wizard.chooseList}
            value={draft.audience.slice(5)}
            onChange={(event) => onChange({ audience: `list:${event.target.value}` })}
          >
            <option value="">{t.wizard.chooseList}</option>
            {items.map((list) => (
              <option key={list.id} value={list.id}>
                {list.name} ({count(list.size)})
              </option>
            ))}
          </Select>
        )
      }
    </Loaded>
  );
}

function Tags({ draft, onChange }: Props) {
  const query = useQuery(contactTags());
  const chosen = tagsOf(draft.audience);
  const toggle = (tag: string) => {
    const next = chosen.includes(tag) ? chosen.filter((other) => other !== tag) : [...chosen, tag];
    onChange({ audience: `tags:${next.join(",")}` });
  };
  return (
    <Loaded query={query} what={t.wizard.byTags}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-soft">{t.wizard.noTags}</p>
        ) : (
          <div className="flex flex-wrap gap-1.5">
            {items.map(({ tag, count: size }) => {
              const on = chosen.includes(tag);
              return (
                <button
                  key={tag}
                  type="button"
                  aria-pressed={on}
                  onClick={() => toggle(tag)}
                  className={cn(
                    "h-7 rounded-full border px-2.5 text-xs font-medium",
                    on
                      ? "border-transparent bg-accent text-on-accent"
                      : "bg-surface text-soft hover:bg-hover",
                  )}
                >
                  {tag} <span className={on ? "" : "text-faint"}>{count(size)}</span>
                </button>
              );
            })}
          </div>
        )
      }
    </Loaded>
  );
}
