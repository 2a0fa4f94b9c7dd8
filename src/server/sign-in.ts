/** @file The page that asks for a token before the page opens: it takes the token from the address, or from the user. */
import type { Context, MiddlewareHandler } from "hono";
import type { Access } from "./safety/access.ts";

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>lvlm-interpret</title>
    <script src="/sign-in.js" defer></script>
  </head>
  <body>
    <main>
      <h1>lvlm-interpret</h1>
      <form>
        <p><label for="token">Token, as the server printed it when it started</label></p>
        <p><input id="token" type="password" autocomplete="off" required autofocus /> <button>Open</button></p>
        <p role="alert"></p>
      </form>
    </main>
  </body>
</html>
`;

// The token stands in the fragment, which browsers keep to themselves, and leaves the address before the page opens.
const script = `const form = document.querySelector("form");
const message = document.querySelector("[role=alert]");
async function signIn(token) {
  message.textContent = "";
  const response = await fetch("/api/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  }).catch(() => undefined);
  if (response?.ok) location.reload();
  else if (response === undefined) message.textContent = "The server does not answer; it may have been stopped.";
  else message.textContent = (await response.json()).error.message;
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void signIn(document.querySelector("#token").value.trim());
});
const fields = new URLSearchParams(location.hash.slice(1));
const given = fields.get("token");
if (given !== null) {
  fields.delete("token");
  const rest = fields.toString();
  history.replaceState(null, "", rest === "" ? "/" : "/#" + rest);
  void signIn(given);
}
`;

/** Shows the sign-in page at `/` to whoever has no access yet. */
export function signInPage(access: Access): MiddlewareHandler {
  const noStore = { "cache-control": "no-store" };
  return async (c: Context, next) => {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    if (access.token !== undefined && isRead) {
      if (c.req.path === "/" && !access.isAllowed(c)) return c.html(page, 200, noStore);
      if (c.req.path === "/sign-in.js") {
        return c.body(script, 200, { ...noStore, "content-type": "text/javascript; charset=utf-8" });
      }
    }
    await next();
  };
}
