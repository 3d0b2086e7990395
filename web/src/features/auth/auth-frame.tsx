import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { ThemeButton } from "@/components/shell/theme-button";
import { LogoMark } from "@/components/ui/logo";
import { t } from "@/i18n/catalogue";

type Props = { title: string; lead: string; children?: ReactNode; foot: ReactNode };

export function AuthFrame({ title, lead, children, foot }: Props) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(24rem,5fr)_6fr]">
      <main className="relative flex flex-col justify-center px-6 py-10 sm:px-12">
        <div className="absolute end-4 top-4">
          <ThemeButton />
        </div>
        <div className="mx-auto w-full max-w-[21rem]">
          <div className="mb-8 flex items-center gap-2.5">
            <LogoMark className="size-8" />
            <span className="text-base font-semibold">{t.name}</span>
          </div>
          <h1 className="text-2xl font-semibold tracking-[-0.02em]">{title}</h1>
          <p className="mt-1 mb-6 text-base text-soft">{lead}</p>
          {children}
          <p className="mt-6 text-soft">{foot}</p>
        </div>
      </main>
      <aside className="relative hidden overflow-hidden bg-[#0d3b34] text-[#eef5ef] lg:flex lg:flex-col lg:justify-center">
        <Ticks />
        <div className="relative max-w-lg px-14">
          <p className="text-[2rem] leading-[1.15] font-semibold tracking-[-0.025em] text-balance">
            {t.auth.pitchTitle}
          </p>
          <p className="mt-4 text-base text-[#c9dcd2]">{t.auth.pitch}</p>
          <ul className="mt-8 flex flex-col gap-3">
            {t.auth.pitchPoints.map((point) => (
              <li key={point} className="flex gap-3 text-[#dcebe3]">
                <Check
                  aria-hidden="true"
                  className="mt-0.5 size-4 shrink-0 text-[#5fe0b0]"
                  strokeWidth={3}
                />
                {point}
              </li>
            ))}
          </ul>
        </div>
      </aside>
    </div>
  );
}

/** The mark's strokes as a quiet pattern, like the guilloche of a way bill. */
function Ticks() {
  return (
    <svg
      aria-hidden="true"
      className="absolute inset-0 h-full w-full opacity-[0.16] [mask-image:linear-gradient(105deg,transparent_45%,black)]"
    >
      <defs>
        <pattern
          id="ticks"
          width="56"
          height="40"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(-8)"
        >
          <path
            d="M6 12l9 16 8-15M22 19l5 9L42 8"
            fill="none"
            stroke="#5fe0b0"
            strokeWidth="2.5"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill="url(#ticks)" />
    </svg>
  );
}
