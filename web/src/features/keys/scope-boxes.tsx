import type { Permission } from "@/api/team-types";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/plain-field";
import { t } from "@/i18n/catalogue";
import { areaName, byArea, isRead } from "./scopes";

type Props = {
  offered: readonly Permission[];
  chosen: readonly Permission[];
  onChange: (chosen: Permission[]) => void;
};

/** What a key may do, by area, as a box for each permission. */
export function ScopeBoxes({ offered, chosen, onChange }: Props) {
  const toggle = (permission: Permission, on: boolean) =>
    onChange(offered.filter((other) => (other === permission ? on : chosen.includes(other))));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium text-soft">{t.apiKeys.scopesLabel}</legend>
      <div className="flex flex-wrap items-center gap-1.5">
        <Button size="sm" onClick={() => onChange(offered.filter(isRead))}>
          {t.apiKeys.readOnly}
        </Button>
        <Button size="sm" look="quiet" onClick={() => onChange([])}>
          {t.apiKeys.clear}
        </Button>
        <p className="text-xs text-faint">{t.apiKeys.scopesHint}</p>
      </div>
      <div className="divide-y rounded-[10px] border">
        {byArea(offered).map(([area, permissions]) => (
          <div
            key={area}
            role="group"
            aria-label={areaName(area)}
            className="grid gap-x-4 gap-y-1 px-3 py-2 sm:grid-cols-[7rem_1fr]"
          >
            <span aria-hidden="true" className="text-xs leading-5 text-soft first-letter:uppercase">
              {areaName(area)}
            </span>
            <div className="flex flex-col gap-1">
              {permissions.map((permission) => (
                <Checkbox
                  key={permission}
                  label={t.team.permissions[permission]}
                  checked={chosen.includes(permission)}
                  onChange={(event) => toggle(permission, event.target.checked)}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
    </fieldset>
  );
}
