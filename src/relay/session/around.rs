//! What a console watches besides tickets: the desk at a glance, colleagues, templates, notices.

use crate::domain::calendar::Calendar;
use crate::domain::id::{ConversationId, TicketNumber};
use crate::domain::name::Name;
use crate::domain::roster::{Member, Role};
use crate::domain::routing::Standing;
use crate::kit::Timestamp;
use crate::kit::text::one_line;
use crate::relay::views::{Facet, Views};
use crate::relay::{Relay, router};
use crate::wire::{
    AlertView, BREACHING_SECONDS, ColleagueView, DyingView, HereView, LineMark, LineView,
    NoticeKind, NoticeView, OfferView, OutboxView, Presence, QueueView, WallView, WhisperView,
};

/// How long ago a failure may be that the wall counts, in desk seconds.
const FAILED_SECONDS: i64 = 3_600;
/// Characters of a proposal in a notice.
const EXCERPT_MOST: usize = 200;
/// Windows that are named.
const WINDOWS_MOST: usize = 20;

fn presence(standing: Standing) -> Presence {
    match standing {
        Standing::Online => Presence::Online,
        Standing::Busy => Presence::Busy,
        Standing::Away => Presence::Away,
        Standing::WrapUp => Presence::WrapUp,
        Standing::Break => Presence::Break,
        Standing::Offline => Presence::Offline,
    }
}

/// What somebody says of himself; nothing where that cannot be said.
pub(super) fn standing(presence: Presence) -> Option<Standing> {
    match presence {
        Presence::Online => Some(Standing::Online),
        Presence::Busy => Some(Standing::Busy),
        Presence::Away => Some(Standing::Away),
        Presence::WrapUp => Some(Standing::WrapUp),
        Presence::Break => Some(Standing::Break),
        Presence::Offline | Presence::Unknown => None,
    }
}

fn holds(views: &Views, account: &Name, id: ConversationId) -> bool {
    let ticket = views.conversation(id).and_then(|state| state.unsolved());
    ticket.is_some_and(|ticket| ticket.assignee.as_ref() == Some(account))
}

/// What is proposed to an account in a conversation whose ticket is still his.
pub(super) fn whisper(relay: &Relay, account: &Name, id: ConversationId) -> Option<WhisperView> {
    let his = || holds(&relay.store.read(), account, id);
    relay.floor.whispers.of(account, id).filter(|_| his())
}

/// That something is proposed to an account: he need not look at the ticket.
pub(super) fn proposed(relay: &Relay, account: &Name) -> Option<NoticeView> {
    let views = relay.store.read();
    let still = |id| holds(&views, account, id);
    let (ticket, whisper) = relay.floor.whispers.latest(account, still)?;
    Some(NoticeView {
        id: 0,
        at: whisper.at,
        kind: NoticeKind::Proposed,
        ticket,
        by: whisper.by,
        excerpt: one_line(&whisper.text, EXCERPT_MOST),
        excerpt_type: None,
        line: None,
        alert: None,
    })
}

fn hours<'a>(views: &'a Views, of: &Name) -> Option<&'a Calendar> {
    views.policy().agents.get(of)?.hours.as_ref()
}

fn offers(views: &Views, to: &Name) -> Vec<OfferView> {
    let all = views.shelves().offers(to).into_iter();
    all.map(|(until, ticket)| OfferView { ticket, to: to.to_string(), until }).collect()
}

fn colleagues(relay: &Relay, views: &Views) -> Vec<ColleagueView> {
    let (shelves, pulse, now) = (views.shelves(), views.pulse(), relay.clock.now());
    let members = views.desk().members();
    let one = |member: Member| {
        let (load, waiting) = shelves.load(&member.name);
        let seen = relay.floor.presences.of(&member.name);
        ColleagueView {
            presence: presence(router::standing(&relay.floor.presences, views, &member.name, now)),
            since: seen.as_ref().map(|seen| seen.since),
            reason: seen.and_then(|seen| seen.reason),
            role: member.role,
            queues: member.queues.iter().map(ToString::to_string).collect(),
            load,
            waiting,
            carried: shelves.weights(&member.name).map(|(_, weight)| weight).sum(),
            carries: views.policy().agents.get(&member.name).cloned().unwrap_or_default().carries(),
            latest: pulse.latest(&member.name),
            replies: pulse.replies(&member.name, now),
            shift_ends: hours(views, &member.name).and_then(|hours| hours.closes(now)),
            offers: offers(views, &member.name),
            name: member.name.to_string(),
        }
    };
    members.into_iter().map(one).collect()
}

/// When the templates of all lines were last compared with the platform.
pub(super) fn checked(relay: &Relay) -> Option<Timestamp> {
    let lines = relay.lines.now();
    relay.floor.catalogues.oldest(lines.values().map(|line| &line.account))
}

/// Who else looks at a conversation.
pub(super) fn here(relay: &Relay, at: ConversationId, me: &Name) -> Vec<HereView> {
    let others = relay.floor.looking.others(at, me).into_iter();
    others.map(|(name, writes)| HereView { name: name.to_string(), writes }).collect()
}

/// Colleagues to whom a ticket may be given, by name.
pub(super) fn roster(relay: &Relay) -> Vec<ColleagueView> {
    let views = relay.store.read();
    colleagues(relay, &views)
}

/// Lines that are not as they should be.
pub(super) fn marks(relay: &Relay, now: Timestamp) -> Vec<LineMark> {
    crate::relay::lines::views(relay, now).into_iter().filter_map(LineView::mark).collect()
}

fn queue(views: &Views, name: &Name, now: Timestamp) -> QueueView {
    let shelves = views.shelves();
    let breached = shelves.count(name, &Facet::Due(now.plus_millis(-1)));
    let soon = shelves.count(name, &Facet::Due(now.plus_secs(BREACHING_SECONDS)));
    QueueView {
        name: name.to_string(),
        unsolved: shelves.count(name, &Facet::Unsolved),
        waiting: shelves.count(name, &Facet::Waiting),
        unassigned: shelves.count(name, &Facet::Of(None)),
        oldest_wait: shelves.oldest_wait(name),
        breached,
        breaching: soon - breached,
        arrivals: views.pulse().arrivals(name, now),
        next_breach: shelves.next_breach(name, now),
    }
}

fn window(views: &Views, (until, number): (Timestamp, TicketNumber)) -> Option<DyingView> {
    let state = views.conversation(views.conversation_of(number)?)?;
    let ticket = state.unsolved().filter(|ticket| ticket.number == number)?;
    let assignee = ticket.assignee.as_ref().map(ToString::to_string);
    Some(DyingView { number, queue: ticket.queue.to_string(), assignee, until })
}

/// Characters of why a changed configuration was refused.
const REFUSED_MOST: usize = 400;

/// The desk at a glance, as far as `member` sees it.
pub(super) fn wall(relay: &Relay, member: &Member, now: Timestamp) -> WallView {
    let lines = crate::relay::lines::views(relay, now);
    let views = relay.store.read();
    let mut agents = colleagues(relay, &views);
    if member.role < Role::Supervisor {
        agents.retain(|of| {
            *of.name == *member.name.as_str()
                || of.queues.iter().any(|queue| member.queues.iter().any(|mine| *mine == **queue))
        });
        return WallView { agents, lines, ..WallView::default() };
    }
    let mut names: Vec<_> = views.policy().queues.keys().cloned().collect();
    names.extend(views.policy().lines.values().map(|line| line.queue.clone()));
    names.extend(views.shelves().queues().cloned());
    names.sort();
    names.dedup();
    let owing = views.owing();
    let (dying, windows) = views.shelves().dying(now, WINDOWS_MOST);
    WallView {
        queues: names.iter().map(|name| queue(&views, name, now)).collect(),
        agents,
        lines,
        windows: windows.into_iter().filter_map(|of| window(&views, of)).collect(),
        dying,
        refused: views.desk().refused.as_ref().map(|(_, why)| one_line(why, REFUSED_MOST)),
        alerts: views.desk().alerts.raised().map(AlertView::from).collect(),
        outbox: Some(OutboxView {
            queued: owing.queued,
            retrying: owing.retrying,
            unconfirmed: owing.unconfirmed,
            failed: views.live().failed(now.plus_secs(-FAILED_SECONDS)),
        }),
    }
}
