// Invite, accept, list, plan, remove: the life of a user, with the functions that hey-api generates.

import { randomUUID } from "node:crypto";
import * as vestibule from "./vestibule";
import type { Problem, User } from "./vestibule";
import { createClient, createConfig } from "./vestibule/client";

const server = process.env.VESTIBULE_URL ?? "http://127.0.0.1:8080";
const password = "plum-Kettle-47-orbit";

/** The API as somebody: whoever the token belongs to, or a stranger. */
function as(token?: string) {
  return createClient(
    createConfig({
      baseUrl: server,
      // Most operations take the cookie of a browser too, which a program has no use for.
      auth: (scheme) => (scheme.scheme === "bearer" ? token : undefined),
    }),
  );
}

/** The data of an answer; a refusal has a stable code to decide by, and a sentence for people. */
async function good<T>(answer: Promise<{ data: T; error: unknown }>): Promise<NonNullable<T>> {
  const { data, error } = await answer;
  if (error instanceof Error) throw error; // The server was not reached.
  if (error !== undefined) {
    const { code, detail } = error as Problem;
    throw new Error(`${code}: ${detail}`);
  }
  return data as NonNullable<T>;
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
const { id: org } = await good(
  vestibule.createOrganization({
    client: as(process.env.VESTIBULE_OPERATOR_KEY),
    body: { name: "Northwind Group", primary_admin: nora },
  }),
);

// Its Primary Admin signs in, makes a company and invites somebody into it.
const { token } = await good(
  vestibule.signIn({ client: as(), body: { email: nora.email, password } }),
);
const client = as(token);
const foods = await good(
  vestibule.createEntity({ client, path: { org }, body: { name: "Foods" } }),
);
const email = `carl-${run}@northwind.example`;
const memberships = [{ entity_id: foods.id, role: "clerk" as const }];
const invitation = await good(
  vestibule.inviteUser({ client, path: { org }, body: { email, role: "user", memberships } }),
);

// The invited person accepts, with the token out of the mail.
await good(
  vestibule.acceptInvitation({
    client: as(),
    path: { token: await tokenMailedTo(email) },
    body: { name: "Carl Clerk", password },
  }),
);

// Everybody, page by page: a cursor leads on until there is none.
const users: User[] = [];
for (let cursor: string | undefined; ; ) {
  const query = { status: ["active" as const], limit: 1, cursor };
  const page = await good(vestibule.listUsers({ client, path: { org }, query }));
  users.push(...page.items);
  if (page.next_cursor === null) break;
  cursor = page.next_cursor;
}

// What removing him would take away, and then exactly that: `If-Match` refuses anything else.
const path = { org, user: invitation.user_id };
const plan = await good(vestibule.getRemovalPlan({ client, path }));
await good(
  vestibule.removeUser({ client, path, headers: { "If-Match": `"${plan.fingerprint}"` } }),
);

const names = users.map((user) => user.name).join(" and ");
const lost = plan.memberships.map((membership) => `${membership.role} of ${membership.entity_name}`);
console.log(`${names} were there; Carl Clerk is removed, and no longer ${lost.join(", ")}.`);
