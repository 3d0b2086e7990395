import { createFileRoute } from "@tanstack/react-router";
import { Profile } from "@/features/organisation/profile";

export const Route = createFileRoute("/_app/settings/organisation")({ component: Profile });
