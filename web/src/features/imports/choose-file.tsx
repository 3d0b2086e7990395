import { FileSpreadsheet } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { t } from "@/i18n/catalogue";

export function ChooseFile({ onFile }: { onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
  };
  return (
    <section
      aria-label={t.imports.choose}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cn(
        "flex flex-col items-center rounded-xl border-2 border-dashed px-6 py-16 text-center transition-colors",
        over ? "border-accent-ink bg-accent-wash" : "bg-surface",
      )}
    >
      <FileSpreadsheet aria-hidden="true" className="mb-3 size-9 text-faint" strokeWidth={1.3} />
      <p className="text-base font-medium">{t.imports.choose}</p>
      <p className="mb-5 max-w-sm text-soft">{t.imports.drop}</p>
      <Button look="primary" onClick={() => input.current?.click()}>
        {t.imports.chooseButton}
      </Button>
      <input
        ref={input}
        type="file"
        aria-label={t.imports.choose}
        tabIndex={-1}
        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
        className="sr-only"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) onFile(file);
        }}
      />
    </section>
  );
}
