import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { auditActionWords } from "./audit-actions";

type Operation = { operationId?: string };
const document: { paths: Record<string, Record<string, Operation>> } = JSON.parse(
  readFileSync("../docs/openapi.json", "utf8"),
);

/** Asked before anybody has said who they are, or by the page itself: never entered. */
const UNSAID = [/^hooks_/, /^operation_/, /^auth_(look|me|start|providers|security|sessions)$/];

it("has words for every operation that the audit trail can name", () => {
  const operations = Object.values(document.paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ operationId }) => operationId ?? [])
    .filter((name) => !UNSAID.some((unsaid) => unsaid.test(name)));
  expect(operations.length).toBeGreaterThan(100);
  expect(operations.filter((name) => !Object.hasOwn(auditActionWords, name))).toEqual([]);
});
