//! The description of the API for other programs, in the words of OpenAPI.

mod campaigns;
mod sendable;
mod templates;

use serde_json::{Value, json};

/// One path: method, path, what it does, what it answers, whether it needs a token.
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    summary: &'static str,
    answer: &'static str,
    open: bool,
    query: &'static [(&'static str, &'static str)],
    body: Option<&'static str>,
}

const fn get(path: &'static str, summary: &'static str, answer: &'static str) -> Operation {
    Operation { method: "get", path, summary, answer, open: false, query: &[], body: None }
}

const fn open(path: &'static str, summary: &'static str, answer: &'static str) -> Operation {
    Operation { open: true, ..get(path, summary, answer) }
}

/// Every path of the consoles' listener. A test compares it with the router.
#[rustfmt::skip]
pub(super) const OPERATIONS: &[Operation] = &[
    open("/healthz", "Whether the process lives", "text"),
    open("/readyz", "Whether it can take work: journal writable, views caught up", "text"),
    open("/metrics", "Prometheus text", "text"),
    get("/ws", "The console protocol, subprotocol guichet.v1", "text"),
    open("/api/v1/openapi.json", "This document", "Any"),
    Operation { method: "post", path: "/api/v1/login", summary: "A bearer token for a name and a password; five tries a minute an account", answer: "LoggedIn", open: true, query: &[], body: Some("Login") },
    Operation { query: &[("view", "all, mine, unassigned, waiting or breached"), ("queue", "Only this queue"), ("line", "Only this line"), ("assignee", "Only the unsolved ones of this account, whatever the view"), ("query", "Only what this finds: words, and conditions such as queue:billing due<30m -assignee:me"), ("saved", "Only what the query of this view of the desk finds"), ("state", "Only this state; without it every unsolved ticket"), ("limit", "How many at most; 0 means all, default 100")], ..get("/api/v1/tickets", "Tickets that the account may see, most urgent first", "Tickets") },
    get("/api/v1/tickets/{number}", "One ticket", "Ticket"),
    get("/api/v1/tickets/{number}/why", "Why it is in its queue and whose it is, with who was looked at", "Why"),
    Operation { query: &[("all", "true: the whole conversation, also of other tickets")], ..get("/api/v1/tickets/{number}/thread", "What was said and done", "Thread") },
    Operation { method: "post", path: "/api/v1/tickets/{number}/actions", summary: "Does something to a ticket; with an id, once however often it is sent", answer: "Acted", open: false, query: &[], body: Some("Act") },
    Operation { method: "post", path: "/api/v1/tickets/{number}/media", summary: "Hands a file in, to be sent with the action send, or above a template as the value upload:NUMBER; the body is the file", answer: "Attached", open: false, query: &[("kind", "image, video, audio, voice, sticker or document; else what its bytes are"), ("name", "Its name; the customer sees it of documents")], body: Some("File") },
    get("/api/v1/tickets/{number}/media/{entry}", "The file of a message, named by its id in the thread", "File"),
    get("/api/v1/tickets/{number}/raw/{entry}", "A message of the customer as the platform posted it, where raw_kept; named by its id in the thread", "Any"),
    Operation { query: &[("search", "Part of a name, username, user id or phone"), ("limit", "How many at most; 0 means all, default 100")], ..get("/api/v1/contacts", "People, the latest first", "Contacts") },
    get("/api/v1/contacts/{id}", "One person", "Contact"),
    get("/api/v1/contacts/{id}/thread", "All that was said to and by him", "Thread"),
    get("/api/v1/contacts/{id}/consents", "What he has said about messages, the oldest first, with proof", "Consents"),
    Operation { method: "post", path: "/api/v1/contacts/{id}/consents", summary: "Writes down what he has said", answer: "Acted", open: false, query: &[], body: Some("Consent") },
    get("/api/v1/alerts", "Alerts by rule: those that are raised, and the latest that are over; for supervisors", "Alerts"),
    Operation { method: "post", path: "/api/v1/alerts/acknowledge", summary: "Says that you take care of an alert, or of all that are raised: they are not told again", answer: "Alerts", open: false, query: &[], body: Some("AlertAck") },
    get("/api/v1/spread", "Moves of tickets that nobody has answered, which would even out who has how much; for supervisors", "Spread"),
    Operation { method: "post", path: "/api/v1/spread", summary: "Makes such moves, or turned round takes them back; answers those that were made", answer: "Spread", open: false, query: &[], body: Some("Spread") },
    Operation { method: "post", path: "/api/v1/contacts/{id}/merge", summary: "Makes one person of two contacts", answer: "Acted", open: false, query: &[], body: Some("Merge") },
    Operation { method: "post", path: "/api/v1/contacts/{id}/split", summary: "Makes a person of his own of a contact that was merged", answer: "Acted", open: false, query: &[], body: None },
    Operation { method: "post", path: "/api/v1/contacts/{id}/undo", summary: "Takes back the latest merge or split of a contact", answer: "Acted", open: false, query: &[], body: None },
    Operation { method: "post", path: "/api/v1/consents", summary: "Writes down what many people have said; for supervisors", answer: "ConsentImported", open: false, query: &[], body: Some("ConsentImport") },
    get("/api/v1/templates", "Templates of all lines", "Templates"),
    get("/api/v1/lines", "Lines: how sending goes, quality, messaging limit with its forecast, and what the platform said", "Lines"),
    get("/api/v1/campaigns", "Templates sent to lists of people, the latest first; for supervisors, as all that is about them", "Campaigns"),
    Operation { method: "post", path: "/api/v1/campaigns", summary: "Makes a campaign without rows, which sends nothing yet; the same again changes nothing", answer: "Acted", open: false, query: &[], body: Some("CampaignRequest") },
    get("/api/v1/campaigns/{name}", "What became of a campaign: sent, delivered, read, answered, failed by code, and the rows that were refused", "CampaignReport"),
    Operation { method: "post", path: "/api/v1/campaigns/{name}/recipients", summary: "Adds rows to its list; those that are taken already are passed over", answer: "CampaignFilled", open: false, query: &[], body: Some("CampaignRows") },
    Operation { method: "post", path: "/api/v1/campaigns/{name}/actions", summary: "Starts, pauses, resumes or cancels it", answer: "Acted", open: false, query: &[], body: Some("CampaignAct") },
    Operation { method: "post", path: "/api/v1/templates", summary: "Submits a new template for the platform's review; for supervisors", answer: "TemplateSubmitted", open: false, query: &[], body: Some("TemplateWish") },
    Operation { query: &[("since", "RFC 3339; thirty days ago unless it is given"), ("until", "RFC 3339; now unless it is given")], ..get("/api/v1/templates/audit", "What became of the templates that were sent, by template and sender; for supervisors", "TemplateAudits") },
    Operation { method: "post", path: "/api/v1/templates/files", summary: "Hands an example of a header's file in, for a new template; the body is the file; for supervisors", answer: "TemplateFile", open: false, query: &[("kind", "image, video or document"), ("name", "Its name"), ("line", "A line of the account that gets it, where there are several accounts")], body: Some("File") },
    Operation { method: "post", path: "/api/v1/templates/sync", summary: "Compares the templates with the platform now", answer: "TemplateSyncs", open: false, query: &[], body: None },
    get("/api/v1/canned", "Canned replies, one for each language", "CannedReplies"),
];

/// The keys that a query of this path may have; none is given for what is no path of the API.
pub(super) fn query_keys(path: &str) -> Option<Vec<&'static str>> {
    let mut operations = OPERATIONS.iter().filter(|one| one.path.starts_with("/api/"));
    let operation = operations.find(|one| one.path == path)?;
    Some(operation.query.iter().map(|(key, _)| *key).collect())
}

/// The document.
pub fn openapi() -> Value {
    let mut paths = serde_json::Map::new();
    for operation in OPERATIONS {
        let entry = paths.entry(operation.path).or_insert_with(|| json!({}));
        entry[operation.method] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Guichet", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas(),
        },
    })
}

fn described(operation: &Operation) -> Value {
    let in_path = operation.path.split(['{', '}']).skip(1).step_by(2);
    let in_path = in_path.map(|name| {
        let kind = if name == "entry" || name == "name" { "string" } else { "integer" };
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": kind } })
    });
    let in_query = operation.query.iter().map(|(name, what)| {
        json!({ "name": name, "in": "query", "description": what, "schema": { "type": "string" } })
    });
    let content = match operation.answer {
        "text" => json!({ "text/plain": { "schema": { "type": "string" } } }),
        "File" => json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } }),
        name => json!({ "application/json": { "schema": reference(name) } }),
    };
    let mut described = json!({
        "summary": operation.summary,
        "parameters": in_path.chain(in_query).collect::<Vec<_>>(),
        "responses": {
            "200": { "description": "as asked", "content": content },
            "400": {
                "description": "not understood, such as a query key that is not described here",
                "content": { "application/json": { "schema": reference("Refused") } },
            },
            "default": {
                "description": "refused",
                "content": { "application/json": { "schema": reference("Refused") } },
            },
        },
    });
    if !operation.open {
        described["security"] = json!([{ "bearer": [] }]);
    }
    if let Some(body) = operation.body {
        let content = match body {
            "File" => json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } }),
            name => json!({ "application/json": { "schema": reference(name) } }),
        };
        described["requestBody"] = json!({ "required": true, "content": content });
    }
    described
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn object(fields: Value) -> Value {
    json!({ "type": "object", "properties": fields })
}

/// What a message may hold beyond its text; members that do not apply are left out.
fn details(text: &Value, texts: &Value, number: &Value, whole: &Value, truth: &Value) -> Value {
    let list = |of: Value| json!({ "type": "array", "items": object(of) });
    object(json!({
        "member": object(json!({ "name": text, "phone": text, "user_id": text })),
        "location": object(json!({
            "latitude": number, "longitude": number, "name": text, "address": text, "url": text,
        })),
        "group": object(json!({
            "what": text, "subject": text, "error": text,
            "joined": list(json!({ "name": text, "phone": text, "user_id": text })),
            "left": list(json!({ "name": text, "phone": text, "user_id": text })),
        })),
        "interactive": reference("Interactive"),
        "cards": list(json!({ "name": text, "phones": texts, "emails": texts, "company": text,
            "department": text, "title": text, "urls": texts, "birthday": text, "vcard": text,
            "addresses": list(json!({
                "street": text, "city": text, "state": text, "zip": text, "country": text,
            })) })),
        "choice": object(json!({ "id": text, "title": text, "description": text })),
        "answers": list(json!({ "name": text, "value": text })),
        "order": object(json!({
            "catalog": text,
            "items": list(json!({
                "product": text, "quantity": whole, "price": number, "currency": text,
                "odd_quantity": text, "odd_price": text,
            })),
            "sums": list(json!({ "amount": number, "currency": text })),
        })),
        "may_call": truth,
        "call": object(json!({ "answered": truth, "seconds": whole })),
        "change": object(json!({ "what": text, "from": text, "to": text })),
        "unsupported": text,
        "fault": object(json!({ "code": whole, "title": text })),
        "referral": object(json!({
            "source": text, "id": text, "url": text, "headline": text, "body": text,
            "media": text, "media_url": text,
        })),
        "product": object(json!({ "catalog": text, "product": text })),
        "often_forwarded": truth, "left_out": whole,
    }))
}

fn schemas() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let time = json!({ "type": "string", "format": "date-time" });
    let maybe_time = json!({ "type": ["string", "null"], "format": "date-time" });
    let whole = json!({ "type": "integer" });
    let truth = json!({ "type": "boolean" });
    let texts = json!({ "type": "array", "items": text });
    let list = |name: &str| json!({ "type": "array", "items": reference(name) });
    let number = json!({ "type": "number" });
    let details = details(&text, &texts, &number, &whole, &truth);
    let brief = object(json!({ "id": whole, "name": maybe, "phone": maybe, "user_id": maybe }));
    let mut all = json!({
        "Any": {},
        "Login": object(json!({ "name": text, "password": text, "totp": maybe })),
        "LoggedIn": object(json!({
            "token": text, "until": time, "name": text, "role": text, "queues": texts,
        })),
        "Refused": object(json!({
            "code": text, "message": text, "hint": text, "since": time, "until": time,
        })),
        "Act": object(json!({
            "id": { "type": "string", "format": "uuid" },
            "action": {
                "type": "object",
                "required": ["do"],
                "properties": {
                    "do": { "enum": [
                        "take", "accept", "decline", "assign", "release", "move", "hand_over",
                        "follow", "unfollow", "link", "unlink", "merge_ticket", "unmerge_ticket", "split_ticket", "unsplit_ticket", "todo", "todo_done", "set_field", "reply", "send", "template",
                        "note", "solve", "reopen", "pend", "hold", "open", "snooze", "prioritise", "tag",
                        "acknowledge", "mark_read", "shift", "whisper", "cancel", "confirm", "resend", "merge", "split", "undo_merge",
                    ] },
                    "content": reference("Content"),
                    "at": {
                        "type": "string",
                        "description": "of split_ticket: the id of the message with which the new ticket begins",
                    },
                    "about": {
                        "type": "string",
                        "description": "of send: the id of the message that is quoted or reacted to",
                    },
                },
            },
        })),
        "Content": sendable::content(),
        "Attached": sendable::attached(),
        "Interactive": sendable::interactive(),
        "Acted": object(json!({ "position": whole, "outbox": maybe })),
        "Ticket": object(json!({
            "number": whole, "line": text, "queue": text, "state": text, "priority": text,
            "assignee": maybe, "tags": texts, "contact": brief, "unread": whole,
            "last_message": object(json!({ "at": time, "direction": text, "type": text, "preview": text })),
            "window": object(json!({ "until": maybe_time, "open": truth })),
            "next_due": object(json!({ "metric": text, "at": time, "breached": truth })),
            "clocks": object(json!({
                "hours": object(json!({
                    "open": { "type": "array", "items": object(json!({ "from": time, "to": time })) },
                    "beyond_s": whole,
                })),
                "held": object(json!({ "metric": text, "left_s": whole })),
                "window_dies_first": truth,
            })),
            "opened_at": time,
            "aside": object(json!({
                "followers": texts, "mentioned": texts,
                "offer": object(json!({ "ticket": whole, "to": text, "until": time })),
                "fields": { "type": "object", "additionalProperties": text },
                "todos": { "type": "array", "items": object(json!({
                    "id": whole, "text": text, "owner": text, "due": time, "done": truth,
                })) },
                "links": { "type": "array", "items": object(json!({
                    "ticket": whole, "is": text, "opened_at": time,
                })) },
            })),
        })),
        "Why": object(json!({
            "number": whole, "queue": text, "assignee": maybe, "by": text, "at": time, "waits": truth,
            "routed": object(json!({
                "rule": text, "language": text,
                "skills": { "type": "object", "additionalProperties": whole },
            })),
            "table": object(json!({
                "queue": text, "mode": text, "chosen": text, "score": whole, "waited": whole,
                "relaxed": whole, "opens": whole, "waits_for": text, "more": whole,
                "rows": { "type": "array", "items": object(json!({
                    "agent": text, "load": whole, "carries": whole, "credit": whole,
                    "unfit": { "type": "object" },
                })) },
            })),
            "asked": { "type": "array", "items": object(json!({ "who": text, "at": time, "answer": text })) },
        })),
        "Tickets": list("Ticket"),
        "Entry": object(json!({
            "kind": { "enum": ["message", "note", "event"] }, "id": text, "at": time,
            "direction": maybe, "author": text, "type": text, "text": text,
            "media": object(json!({
                "id": maybe, "mime_type": maybe, "sha256": maybe, "filename": maybe, "size": whole,
                "seconds": whole, "state": { "enum": ["waiting", "stored", "failed", "expired"] },
                "why": text, "pixels": { "type": "array", "items": whole },
            })),
            "details": details, "forwarded": truth,
            "reply_to": maybe, "status": maybe,
            "error": object(json!({ "code": whole, "title": text, "hint": text, "details": text, "held": { "type": "boolean" } })),
            "raw_kept": truth, "outbox": text, "late": truth,
            "source": { "enum": ["standby", "history"] },
            "quote": object(json!({ "key": text, "author": text, "type": text, "text": text })),
            "reactions": { "type": "array", "items": object(json!({
                "author": text, "emoji": text, "at": time,
            })) },
            "earlier": { "type": "array", "items": object(json!({ "at": time, "text": text })) },
            "edited_at": time, "deleted_at": time, "folded": truth,
        })),
        "Thread": object(json!({ "ticket": reference("Ticket"), "entries": list("Entry") })),
        "Contact": object(json!({
            "id": whole, "name": maybe, "phone": maybe, "user_id": maybe, "username": maybe,
            "conversations": { "type": "array", "items": object(json!({
                "line": text, "ticket": { "type": ["integer", "null"] }, "state": maybe,
            })) },
            "consents": { "type": "array", "items": object(json!({
                "purpose": text, "granted": truth, "at": time,
            })) },
            "same": { "type": "array", "items": brief }, "erased_at": maybe_time,
        })),
        "Merge": object(json!({ "with": whole })),
        "Spread": object(json!({ "moves": { "type": "array", "items": object(json!({
            "ticket": whole, "from": text, "to": text,
        })) } })),
        "Contacts": list("Contact"),
        "Alert": object(json!({
            "name": text, "watch": text, "measured": whole, "over": whole, "queue": text, "line": text,
            "since": time, "until": time, "acknowledged_by": text, "text": text,
        })),
        "Alerts": object(json!({ "running": list("Alert"), "ended": list("Alert") })),
        "AlertAck": object(json!({ "name": text })),
    });
    for more in [consents(), campaigns::schemas(), templates::schemas()] {
        if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
            all.extend(more);
        }
    }
    all
}

/// The consent ledger.
fn consents() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let time = json!({ "type": "string", "format": "date-time" });
    let maybe_time = json!({ "type": ["string", "null"], "format": "date-time" });
    let (whole, truth) = (json!({ "type": "integer" }), json!({ "type": "boolean" }));
    json!({
        "ConsentEntry": object(json!({
            "purpose": text, "said": { "enum": ["asked", "agreed", "refused"] }, "at": time,
            "source": { "enum": ["message", "preference", "platform", "confirmed", "agent", "import"] },
            "entered_at": time, "by": maybe, "proof": maybe, "counts": truth,
        })),
        "Consents": { "type": "array", "items": reference("ConsentEntry") },
        "ConsentImport": object(json!({
            "line": text, "rows": { "type": "array", "maxItems": 200, "items": object(json!({
                "phone": text, "purpose": text, "granted": truth, "at": time, "why": text,
            })) },
        })),
        "ConsentImported": object(json!({ "entered": whole, "refused": { "type": "array" } })),
        "Consent": object(json!({
            "purpose": text, "granted": truth, "why": text, "at": maybe_time,
        })),
    })
}
