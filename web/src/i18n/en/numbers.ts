const nf = new Intl.NumberFormat("en-GB");

export const n = (value: number) => nf.format(value);
export const many = (value: number, one: string, more: string) =>
  `${n(value)} ${value === 1 ? one : more}`;
export const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
