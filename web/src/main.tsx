import "./app.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { whenSignedOut } from "./api/session";
import { queryClient } from "./query-client";
import { router } from "./router";

whenSignedOut(() => {
  queryClient.clear();
  const { pathname, href } = router.state.location;
  if (pathname !== "/sign-in" && pathname !== "/register") {
    void router.navigate({ to: "/sign-in", search: { next: href } });
  }
});

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
