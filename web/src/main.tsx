import "./app.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { whenReplacedElsewhere, whenSignedOut } from "./api/session";
import { queryClient } from "./query-client";
import { router } from "./router";

const OPEN_TO_ALL = /^\/(sign-in|register|forgot|reset|invite\/.*)$/;

whenSignedOut(() => {
  queryClient.clear();
  const { pathname, href } = router.state.location;
  if (!OPEN_TO_ALL.test(pathname)) {
    void router.navigate({ to: "/sign-in", search: { next: href } });
  }
});

// An address of the old organisation means nothing in the new one.
whenReplacedElsewhere(() => window.location.assign("/"));

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root element");

createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
