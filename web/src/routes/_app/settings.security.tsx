import { createFileRoute } from "@tanstack/react-router";
import { Sessions } from "@/features/security/sessions";

export const Route = createFileRoute("/_app/settings/security")({ component: Sessions });
