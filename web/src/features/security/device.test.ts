import { expect, it } from "vitest";
import { deviceOf } from "./device";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";
const PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const LINUX = "Mozilla/5.0 (X11; Linux x86_64)";
const ANDROID = "Mozilla/5.0 (Linux; Android 10; K)";

it.each([
  ["Chrome on Windows", `${WINDOWS} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
  ["Edge on Windows", `${WINDOWS} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`],
  ["Firefox on Windows", "Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0"],
  ["Chrome on macOS", `${MAC} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
  [
    "Safari on macOS",
    `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`,
  ],
  ["Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"],
  ["Chrome on Linux", `${LINUX} ${WEBKIT} HeadlessChrome/140.0.0.0 Safari/537.36`],
  ["Chrome on Android", `${ANDROID} ${WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36`],
  ["Firefox on Android", "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0"],
  ["Edge on Android", `${ANDROID} ${WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0.0.0`],
  ["Safari on iPhone", `${PHONE} (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1`],
  ["Chrome on iPhone", `${PHONE} (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1`],
  ["Firefox on iPhone", `${PHONE} (KHTML, like Gecko) FxiOS/143.0 Mobile/15E148 Safari/605.1.15`],
  ["Edge on iPhone", `${PHONE} Version/18.0 EdgiOS/140.0.0.0 Mobile/15E148 Safari/604.1`],
])("knows %s", (device, agent) => {
  expect(deviceOf(agent)).toBe(device);
});

it.each([
  ["nothing", ""],
  ["a program", "curl/8.5.0"],
  ["a system without a browser", WINDOWS],
  ["a browser of another maker", `${WINDOWS} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 OPR/124.0`],
  ["another system", `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/140.0.0.0`],
])("does not guess from %s", (_, agent) => {
  expect(deviceOf(agent)).toBeNull();
});
