import { describe, expect, it } from "vitest";
import { assign, choices, fieldName, forServer, keepField, keptAs, otherColumns } from "./mapping";

const found = { phone: "Nomor HP", name: "Nama", consent: null, fields: { kota: "Kota" } };

describe("mapping of columns", () => {
  it("gives a column one meaning only", () => {
    const next = assign(found, "consent", "Nama");
    expect(next.name).toBeNull();
    expect(next.consent).toBe("Nama");
  });

  it("takes a column away from the fields when it becomes the phone", () => {
    const next = assign(found, "phone", "Kota");
    expect(next.phone).toBe("Kota");
    expect(next.fields).toEqual({});
    expect(found.fields).toEqual({ kota: "Kota" });
  });

  it("keeps a column as a field with a name fit for a template", () => {
    const next = keepField(found, "Último pedido (R$)", true);
    expect(keptAs(next, "Último pedido (R$)")).toBe("ultimo_pedido_r");
    expect(keptAs(keepField(next, "Último pedido (R$)", false), "Último pedido (R$)")).toBeNull();
  });

  it("tells apart two columns that would have the same name", () => {
    const next = keepField(keepField({}, "Order no", true), "Order-No", true);
    expect(next.fields).toEqual({ order_no: "Order no", order_no_2: "Order-No" });
  });

  it("keeps letters of every script", () => {
    expect(fieldName("مدينة العميل")).toBe("مدينة_العميل");
  });

  it("offers the columns without a meaning of their own", () => {
    expect(otherColumns(["Nomor HP", "Nama", "Kota", "Tanggal"], found)).toEqual([
      "Kota",
      "Tanggal",
    ]);
  });

  it("takes a name of several columns for one part", () => {
    const headers = ["Phone", "First name", "Last name", "City"];
    const joined = { phone: "Phone", name: "First name + Last name" };
    expect(otherColumns(headers, joined)).toEqual(["City"]);
    expect(choices(headers, joined.name)[0]).toBe("First name + Last name");
    expect(choices(headers, joined.phone)).toEqual(headers);
  });

  it("leaves the fields to the server where nothing was said of them", () => {
    expect(forServer(assign({}, "phone", "Tel"))).toEqual({ phone: "Tel" });
  });

  it("sends nothing for a part that has no column", () => {
    expect(forServer(found)).toEqual({ phone: "Nomor HP", name: "Nama", fields: { kota: "Kota" } });
  });
});
