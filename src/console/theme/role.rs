//! What can look different.

macro_rules! roles {
    ($($(#[$about:meta])* $role:ident $id:literal)*) => {
        /// A part that things on the screen play; themes give each a style.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Role { $($(#[$about])* $role),* }

        impl Role {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$role),*];

            /// Its name in themes.
            pub fn id(self) -> &'static str {
                match self { $(Self::$role => $id),* }
            }
        }
    };
}

roles! {
    /// Ordinary text on the ground of the screen.
    Text "text"
    /// What matters less.
    Dim "dim"
    /// Headings.
    Heading "heading"
    /// Lines between panes.
    Border "border"
    /// Lines round the pane that has the focus.
    BorderFocus "border.focus"
    /// The title row.
    Bar "bar"
    /// The part of the title row that says that all is simulated.
    BarSimulated "bar.simulated"
    /// The banner while the relay is not there.
    BarOffline "bar.offline"
    /// The row under the cursor: its first columns.
    Cursor "cursor"
    /// A row that is marked.
    Marked "marked"
    /// The number of unread messages.
    Unread "unread"
    /// The view that is shown.
    ViewCurrent "view.current"
    /// A label.
    Tag "tag"
    /// A promise or window with time enough.
    UrgencyOk "urgency.ok"
    /// One that ends soon.
    UrgencySoon "urgency.soon"
    /// One that is broken or closed.
    UrgencyLate "urgency.late"
    /// A name of a customer.
    SenderCustomer "sender.customer"
    /// A name of a colleague.
    SenderAgent "sender.agent"
    /// One's own name.
    SenderMe "sender.me"
    /// The bot, the system, the relay.
    SenderMachine "sender.machine"
    /// A note, its word and its border.
    Note "note"
    /// Events in a thread.
    Event "event"
    /// A quoted line.
    Quote "quote"
    /// The mark of a message on its way.
    TickWaiting "tick.waiting"
    /// The mark of a sent message.
    TickSent "tick.sent"
    /// The mark of a delivered message.
    TickDelivered "tick.delivered"
    /// The mark of a read message.
    TickRead "tick.read"
    /// What failed, and why.
    Failed "failed"
    /// What is not known to have arrived.
    Unconfirmed "unconfirmed"
    /// The rule before what is new.
    NewRule "rule.new"
    /// Rules between days.
    DayRule "rule.day"
    /// A link.
    Link "link"
    /// What is bold in a message, above how it looks.
    FormatBold "format.bold"
    /// What is italic in one.
    FormatItalic "format.italic"
    /// What is struck through in one.
    FormatStrike "format.strike"
    /// What is code in one.
    FormatCode "format.code"
    /// The marks of what is formatted.
    FormatMark "format.mark"
    /// What is typed.
    Input "input"
    /// What is selected in a text.
    Selection "selection"
    /// What cannot be done now.
    Disabled "disabled"
    /// A key in a hint.
    HintKey "hint.key"
    /// The text of a hint.
    Hint "hint"
    /// What was found by a search, in a name.
    Match "match"
    /// The ground of overlays.
    Overlay "overlay"
    /// The chosen row of an overlay.
    OverlayCursor "overlay.cursor"
    /// A good answer.
    Success "success"
    /// Something to look at.
    Warning "warning"
    /// Something that went wrong.
    Error "error"
    /// An agent who is there.
    Online "online"
    /// An agent who is not.
    Offline "offline"
}
