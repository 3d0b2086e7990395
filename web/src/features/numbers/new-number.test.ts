import { expect, it } from "vitest";
import type { Provider } from "@/api/types";
import { sandboxValues, startWith, toBody } from "./new-number";

const provider = (part: Partial<Provider>) =>
  ({
    name: "waha",
    app_secret: "optional",
    verify_token: "unused",
    base_url: null,
    sandbox_base_url: "http://127.0.0.1:1/waha",
    settings: ["engine"],
    ...part,
  }) as Provider;

it("sends only what was said", () => {
  const waha = provider({});
  const form = {
    ...startWith(waha),
    name: " Shop ",
    phone: "+62812",
    phone_number_id: "shop",
    access_token: "key",
    verify_token: "nobody asked",
    base_url: "https://waha.example",
    settings: { engine: " NOWEB ", other: "x" },
  };
  expect(toBody(waha, form)).toEqual({
    provider: "waha",
    name: "Shop",
    phone: "+62812",
    phone_number_id: "shop",
    access_token: "key",
    app_secret: undefined,
    verify_token: undefined,
    base_url: "https://waha.example",
    sandbox: undefined,
    settings: { engine: "NOWEB" },
  });
});

it("is at the sandbox without an address, under an id of the provider's form", () => {
  const green = provider({ name: "green_api" });
  const body = toBody(green, sandboxValues(green));
  expect(body).toMatchObject({ sandbox: true, base_url: undefined, app_secret: undefined });
  expect(body.phone_number_id).toMatch(/^\d+$/);
  expect(body.phone).toMatch(/^\+62811\d{8}$/);
});

it("fills in the secrets that are needed", () => {
  const cloud = provider({
    name: "cloud_api",
    app_secret: "required",
    verify_token: "required",
    base_url: "https://graph.example/v23.0",
  });
  expect(startWith(cloud).base_url).toBe("https://graph.example/v23.0");
  expect(toBody(cloud, sandboxValues(cloud))).toMatchObject({
    app_secret: "sandbox-secret",
    verify_token: "verify",
  });
});
