import { describe, expect, it } from "vitest";
import { cn } from "./class-names";

describe("joining class names", () => {
  it("lets the later of two that contradict each other win", () => {
    expect(cn("h-8 w-full text-sm", "h-auto w-36 text-base")).toBe("h-auto w-36 text-base");
    expect(cn("relative inline-flex", "absolute end-1.5")).toBe("inline-flex absolute end-1.5");
    expect(cn("size-7 p-0", "size-6")).toBe("p-0 size-6");
    expect(cn("h-8 w-8", "size-6")).toBe("size-6");
    expect(cn("bg-hover hover:bg-hover/60", "hover:bg-accent-wash")).toBe(
      "bg-hover hover:bg-accent-wash",
    );
  });

  it("keeps what only looks alike", () => {
    const all = "text-sm text-faint text-end border border-e border-line font-mono font-medium";
    expect(cn(all)).toBe(all);
    expect(cn("px-2.5", "pe-7")).toBe("px-2.5 pe-7");
    expect(cn("border-b", "border-accent-ink/60")).toBe("border-b border-accent-ink/60");
    expect(cn("h-8 sm:h-9")).toBe("h-8 sm:h-9");
  });

  it("drops what is not there", () => {
    expect(cn("a", undefined, false, null, "")).toBe("a");
  });
});
