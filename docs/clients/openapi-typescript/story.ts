// Invite, accept, list, plan, remove: the life of a user, with openapi-fetch over generated types.

import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./vestibule.js";

type Problem = components["schemas"]["Problem"];

const server = process.env.VESTIBULE_URL ?? "http://127.0.0.1:8080";
const password = "plum-Kettle-47-orbit";

/** The API as somebody: whoever the token belongs to, or a stranger. */
function vestibule(token?: string) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return createClient<paths>({ baseUrl: server, headers });
}

/** The data of an answer; a refusal has a stable code to decide by, and a sentence for people. */
async function good<T>(answer: Promise<{ data?: T; error?: Problem }>): Promise<T> {
  const { data, error } = await answer;
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  return data as T;
}

/** The token in the link of the mail to somebody, as the mailbox of a server without SMTP shows it. */
async function tokenMailedTo(email: string): Promise<string> {
  const page = async (path: string) => (await fetch(server + path)).text();
  for (let tries = 0; tries < 100; tries += 1) {
    const mails = (await page("/mailbox")).split("<li>");
    const mail = mails.find((item) => item.includes(`>${email}<`))?.match(/\/mailbox\/[\w-]+/);
    if (mail) return (await page(mail[0])).match(/\/invitations\/([\w.~-]+)/)![1];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail to ${email} came within ten seconds`);
}

// An organization of its own for every run, made with the operator key.
const run = randomUUID().slice(0, 8);
const nora = { email: `nora-${run}@northwind.example`, name: "Nora North", password };
const operator = vestibule(process.env.VESTIBULE_OPERATOR_KEY);
const { id: org } = await good(
  operator.POST("/v1/organizations", { body: { name: "Northwind Group", primary_admin: nora } }),
);

// Its Primary Admin signs in, makes a company and invites somebody into it.
const { token } = await good(
  vestibule().POST("/v1/sessions", { body: { email: nora.email, password } }),
);
const api = vestibule(token);
const inNorthwind = { params: { path: { org } } };
const foods = await good(
  api.POST("/v1/organizations/{org}/entities", { ...inNorthwind, body: { name: "Foods" } }),
);
const email = `carl-${run}@northwind.example`;
const invitation = await good(
  api.POST("/v1/organizations/{org}/invitations", {
    ...inNorthwind,
    body: { email, role: "user", memberships: [{ entity_id: foods.id, role: "clerk" }] },
  }),
);

// The invited person accepts, with the token out of the mail.
await good(
  vestibule().POST("/v1/invitations/{token}/accept", {
    params: { path: { token: await tokenMailedTo(email) } },
    body: { name: "Carl Clerk", password },
  }),
);

// Everybody, page by page: a cursor leads on until there is none.
const users: components["schemas"]["User"][] = [];
for (let cursor: string | undefined; ; ) {
  const query = { status: ["active" as const], limit: 1, cursor };
  const page = await good(
    api.GET("/v1/organizations/{org}/users", { params: { path: { org }, query } }),
  );
  users.push(...page.items);
  if (page.next_cursor === null) break;
  cursor = page.next_cursor;
}

// What removing him would take away, and then exactly that: `If-Match` refuses anything else.
const path = { org, user: invitation.user_id };
const plan = await good(
  api.GET("/v1/organizations/{org}/users/{user}/removal-plan", { params: { path } }),
);
await good(
  api.DELETE("/v1/organizations/{org}/users/{user}", {
    params: { path, header: { "If-Match": `"${plan.fingerprint}"` } },
  }),
);

const names = users.map((user) => user.name).join(" and ");
const lost = plan.memberships.map((membership) => `${membership.role} of ${membership.entity_name}`);
console.log(`${names} were there; Carl Clerk is removed, and no longer ${lost.join(", ")}.`);
