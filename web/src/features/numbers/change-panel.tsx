import type { Package, Profile } from "@/api/types";
import { CredentialsForm } from "./credentials-form";
import { OwnLimitsForm } from "./own-limits-form";

/** What can be changed of a number: its name and limits, and what it shows to its provider. */
export default function ChangePanel({ pack, profile }: { pack: Package; profile: Profile }) {
  return (
    <div className="flex flex-col gap-8">
      <OwnLimitsForm pack={pack} profile={profile} />
      <CredentialsForm profile={profile} />
    </div>
  );
}
