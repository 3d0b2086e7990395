import { Check, Minus } from "lucide-react";
import { PERMISSIONS, ROLES, roleMay } from "@/api/permissions";
import { Panel } from "@/components/ui/page";
import { Head, ScrollingTable } from "@/components/ui/scrolling-table";
import { t } from "@/i18n/catalogue";

/** What each role may do, as the server decides it. */
export function RoleTable() {
  return (
    <Panel title={t.team.rolesTitle}>
      <ScrollingTable label={t.team.rolesTitle} className="min-w-[32rem]">
        <thead>
          <tr className="bg-sunken text-xs text-faint">
            <Head>{t.team.permission}</Head>
            {ROLES.map((role) => (
              <Head key={role} className="w-24 px-2 text-center">
                {t.roles.names[role]}
              </Head>
            ))}
          </tr>
        </thead>
        <tbody>
          {PERMISSIONS.map((permission) => (
            <tr key={permission} className="border-t">
              <th scope="row" className="px-4 py-1.5 text-start font-normal">
                {t.team.permissions[permission]}
              </th>
              {ROLES.map((role) => (
                <td key={role} className="px-2 py-1.5 text-center">
                  <Mark on={roleMay(role, permission)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </ScrollingTable>
    </Panel>
  );
}

function Mark({ on }: { on: boolean }) {
  const Icon = on ? Check : Minus;
  return (
    <>
      <Icon
        aria-hidden="true"
        className={on ? "mx-auto size-4 text-good" : "mx-auto size-4 text-faint"}
      />
      <span className="sr-only">{on ? t.team.yes : t.team.no}</span>
    </>
  );
}
