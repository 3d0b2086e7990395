import { Moon, Sun } from "lucide-react";
import { buttonStyle } from "@/components/ui/button";
import { t } from "@/i18n/catalogue";
import { toggleTheme, useTheme } from "./theme";

export function ThemeButton() {
  const theme = useTheme();
  const Icon = theme === "dark" ? Sun : Moon;
  return (
    <button
      type="button"
      aria-label={theme === "dark" ? t.theme.toLight : t.theme.toDark}
      onClick={toggleTheme}
      className={buttonStyle({ look: "quiet", size: "icon-sm" })}
    >
      <Icon aria-hidden="true" className="size-4" />
    </button>
  );
}
