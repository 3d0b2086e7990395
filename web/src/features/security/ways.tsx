import { useQuery } from "@tanstack/react-query";
import { security } from "@/api/security";
import { Panel } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { Identities } from "./identities";
import { Password } from "./password";
import { SecondFactor } from "./second-factor";

/** How the person who looks signs in. */
export function Ways() {
  const query = useQuery(security());
  return (
    <Loaded
      query={query}
      what={t.security.ways}
      skeleton={
        <Panel>
          <SkeletonRows rows={4} />
        </Panel>
      }
    >
      {(data) => (
        <>
          <Password has={data.has_password} />
          <SecondFactor state={data.second_factor} hasPassword={data.has_password} />
          <Identities identities={data.identities} />
        </>
      )}
    </Loaded>
  );
}
