import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, MouseEvent } from "react";
import { cn } from "./class-names";

export const buttonStyle = cva(
  "relative inline-flex shrink-0 items-center justify-center gap-1.5 rounded-[7px] border font-medium whitespace-nowrap select-none transition-colors duration-100 aria-disabled:cursor-not-allowed [&_svg]:shrink-0",
  {
    variants: {
      look: {
        primary:
          "border-transparent bg-accent text-on-accent hover:bg-accent-hover aria-disabled:bg-hover aria-disabled:text-faint aria-disabled:hover:bg-hover",
        plain:
          "border-line bg-surface text-ink hover:bg-hover shadow-card aria-disabled:text-faint aria-disabled:hover:bg-surface",
        quiet:
          "border-transparent bg-transparent text-soft hover:bg-hover hover:text-ink aria-disabled:text-faint aria-disabled:hover:bg-transparent",
        danger:
          "border-transparent bg-danger text-white hover:bg-danger-hover aria-disabled:bg-hover aria-disabled:text-faint",
      },
      size: {
        sm: "h-7 px-2.5 text-xs",
        md: "h-8 px-3 text-sm",
        lg: "h-10 px-4 text-base",
        icon: "size-8 p-0",
        "icon-sm": "size-7 p-0",
      },
    },
    defaultVariants: { look: "plain", size: "md" },
  },
);

type Props = Omit<ComponentProps<"button">, "disabled"> &
  VariantProps<typeof buttonStyle> & {
    /** Why the action is not possible now. Given, the button stays focusable and says so. */
    reason?: string | null | false;
    pending?: boolean;
  };

export function Button({
  look,
  size,
  reason,
  pending = false,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: Props) {
  const blocked = Boolean(reason) || pending;
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (blocked) {
      event.preventDefault();
      return;
    }
    onClick?.(event);
  };
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={blocked || undefined}
      aria-busy={pending || undefined}
      data-reason={reason || undefined}
      className={cn(buttonStyle({ look, size }), className)}
      onClick={click}
    >
      {pending && <LoaderCircle aria-hidden="true" className="size-3.5 animate-spin" />}
      {children}
      {reason && <span className="sr-only">. {reason}</span>}
    </button>
  );
}
