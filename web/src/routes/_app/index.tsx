import { createFileRoute, Link } from "@tanstack/react-router";
import { Allowed } from "@/components/allowed";
import { buttonStyle } from "@/components/ui/button";
import { PageFrame } from "@/components/ui/page";
import { Attention } from "@/features/home/attention";
import { FirstSteps } from "@/features/home/first-steps";
import { Running } from "@/features/home/running";
import { Today } from "@/features/home/today";
import { Traffic } from "@/features/home/traffic";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/_app/")({ component: Home });

function Home() {
  return (
    <PageFrame
      title={t.home.title}
      actions={
        <Allowed to="campaigns.write" instead={t.campaigns.new}>
          <Link to="/campaigns/new" className={buttonStyle({ look: "primary" })}>
            {t.campaigns.new}
          </Link>
        </Allowed>
      }
    >
      <div className="flex flex-col gap-4">
        <FirstSteps />
        <Today />
        <div className="grid items-start gap-4 lg:grid-cols-[3fr_2fr]">
          <Running />
          <Attention />
        </div>
        <Traffic />
      </div>
    </PageFrame>
  );
}
