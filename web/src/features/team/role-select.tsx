import { useState } from "react";
import { ROLES } from "@/api/permissions";
import { changeMember } from "@/api/team";
import type { Member } from "@/api/team-types";
import type { Role } from "@/api/types";
import { Select } from "@/components/ui/plain-field";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";

/** Changes a role at once; the chosen one is shown until the list says the same. */
export function RoleSelect({ member }: { member: Member }) {
  const [wanted, setWanted] = useState<{ role: Role; from: Role } | null>(null);
  if (wanted && wanted.from !== member.role) setWanted(null);
  const change = useCommand({
    run: (role: Role, key) => changeMember(member.id, { role }, key),
    kind: (role) => role,
    title: (role) => t.team.changeRole(member.full_name, t.roles.names[role]),
    touches: [["team"]],
  });
  const choose = (role: Role) => {
    setWanted({ role, from: member.role });
    change.mutate(role, { onError: () => setWanted(null) });
  };
  return (
    <Select
      aria-label={t.team.roleOf(member.full_name)}
      aria-busy={wanted !== null}
      className="w-36"
      value={wanted?.role ?? member.role}
      onChange={(event) => choose(event.target.value as Role)}
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {t.roles.names[role]}
        </option>
      ))}
    </Select>
  );
}
