//! The edge: threads, the network, the terminal. Nothing else in the console knows them.
//!
//! The main thread owns model, painter and terminal. Whatever happens comes to it through one mailbox: keys, signals
//! from `signals`, frames from [`link`]. It folds in what has come, draws once, writes once.

pub mod attach;
mod clipboard;
mod consents;
mod edit;
mod fault;
mod files;
mod keys;
pub mod link;
mod mailbox;
mod notify;
mod preview;
mod raw;
mod request;
mod signals;
mod terminal;

pub use mailbox::{Gone, Teller};
pub use notify::Way;

use super::effect::{Effect, FileAsk};
use super::keymap::Keymap;
use super::model::Model;
use super::msg::{Link as News, Msg};
use super::painter::Painter;
use super::profile::{self, Settings};
use super::theme::Theme;
use super::update::{self, update};
use super::view::view;
use crate::kit::{Clock, Timestamp};
use crate::wire::{ClientFrame, RelayFrame};
use clipboard::Between;
use files::{Folder, Wanted};
use link::{Link, Target};
use mailbox::Mailbox;
use notify::Notifier;
use std::io;
use terminal::Terminal;

/// The least time between two pictures that nobody asked for, in milliseconds: 30 a second.
const FRAME: i64 = 33;

/// So many messages are folded in at most before a picture is drawn.
const BATCH: usize = 256;

/// How long the word to go on may take after a stop that did not take place, in milliseconds.
const PROCEED: i64 = 300;

/// What a console is started with.
#[derive(Debug)]
pub struct Options {
    /// What the person has set.
    pub settings: Settings,
    /// The keys.
    pub keymap: Keymap,
    /// The looks.
    pub theme: Theme,
    /// Which relay, and as whom.
    pub target: Target,
    /// How notifications are made.
    pub notices: Way,
    /// What is wrong in the person's files, to be told.
    pub faults: Vec<super::fault::Fault>,
}

/// Why a console could not be shown, or ended before its time. The terminal is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is no terminal, or one that can show nothing.
    #[error(
        "the console cannot be shown here: {0}; `guichet tickets` and `guichet thread` need no terminal"
    )]
    Unfit(&'static str),
    /// The terminal does not take what is written, or gives no keys.
    #[error("the terminal cannot be used: {0}")]
    Terminal(io::Error),
    /// No thread could be started.
    #[error("the system gives no thread: {0}")]
    Thread(io::Error),
}

crate::words! {
    enum Word {
        NoJobs = [
            "no shell waits behind: this cannot be stopped",
            "non c'è una shell dietro: non si può sospendere",
            "não há shell por trás: não dá para suspender",
            "no hay shell detrás: no se puede suspender"
        ],
        NoFile = [
            "there is no folder for settings: set HOME or XDG_CONFIG_HOME",
            "non c'è una cartella per le impostazioni: imposta HOME o XDG_CONFIG_HOME",
            "não há pasta para as definições: defina HOME ou XDG_CONFIG_HOME",
            "no hay carpeta para los ajustes: defina HOME o XDG_CONFIG_HOME"
        ],
        TooLong = [
            "too long for the terminal's clipboard",
            "troppo lungo per gli appunti del terminale",
            "longo demais para a área de transferência do terminal",
            "demasiado largo para el portapapeles del terminal"
        ],
    }
}

/// Shows the console until the person leaves it, the terminal goes away, or the process is asked to end. Must be
/// called on the main thread, which it keeps.
///
/// # Errors
/// [`Fault`].
pub fn run(options: Options) -> Result<(), Fault> {
    if let Some(why) = terminal::unfit() {
        return Err(Fault::Unfit(why));
    }
    let _watch = fault::Watch::start();
    let clock = Clock::scaled(Clock::system().now(), 1.0);
    let (mailbox, to) = Mailbox::new(terminal::input(), clock.clone()).map_err(Fault::Thread)?;
    signals::start(to.clone()).map_err(Fault::Thread)?;
    let terminal = Terminal::take(options.settings.mouse).map_err(Fault::Terminal)?;
    let Options { settings, keymap, theme, target, notices, faults } = options;
    let settings = Settings { cell: terminal::cell(), ..settings };
    let mut model =
        Model::new(terminal::size(), clock.now(), rand::random(), settings, keymap, theme);
    update::settings::faulty(&mut model, &faults);
    let mut shell = Shell {
        tick_at: model.next_tick(),
        model,
        painter: Painter::default(),
        terminal,
        link: None,
        notifier: Notifier::start(notices, to.clone(), clock.clone()),
        between: Between::of(&|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())),
        folder: None,
        clock,
        to,
        mailbox,
        bytes: Vec::new(),
        drawn_at: Timestamp(0),
        changed: true,
        urgent: true,
        asked: None,
        away: false,
        ended: false,
    };
    if shell.between == Between::Tmux {
        shell.painter.through_tmux();
    }
    shell.draw().map_err(Fault::Terminal)?;
    shell.link = Some(Link::start(target, shell.to.clone()).map_err(Fault::Thread)?);
    let lived = shell.live();
    // Also after a fault: nobody else would take pictures out of the terminal.
    let parted = shell.farewell();
    let lived = lived.and(parted);
    if let Some(link) = shell.link.take().filter(|_| shell.model.link.is_online()) {
        link.close();
    }
    match lived {
        // A terminal that is gone is an end like any other.
        Err(fault)
            if fault.raw_os_error() == Some(5) || fault.kind() == io::ErrorKind::BrokenPipe =>
        {
            Ok(())
        }
        lived => lived.map_err(Fault::Terminal),
    }
}

struct Shell {
    model: Model,
    painter: Painter,
    terminal: Terminal,
    link: Option<Link>,
    notifier: Notifier,
    between: Between,
    /// Where files lie while they are open.
    folder: Option<Folder>,
    clock: Clock,
    to: Teller,
    mailbox: Mailbox,
    bytes: Vec<u8>,
    tick_at: Timestamp,
    drawn_at: Timestamp,
    /// Whether something has happened since the last picture.
    changed: bool,
    /// Whether that must be seen at once.
    urgent: bool,
    /// Whether it ends while the terminal is somebody else's: nothing more is written there.
    away: bool,
    /// The watch that the relay was asked for last, until it answers.
    asked: Option<u32>,
    ended: bool,
}

impl Shell {
    fn live(&mut self) -> io::Result<()> {
        while !self.ended {
            self.tick_at = self.tick_at.min(self.model.next_tick());
            if let Some(msg) = self.next() {
                self.take(msg)?;
                for _ in 1..BATCH {
                    match self.mailbox.take() {
                        Some(msg) if !self.ended => self.take(msg)?,
                        _ => break,
                    }
                }
            }
            let now = self.clock.now();
            if now >= self.tick_at && !self.ended {
                self.take(Msg::Tick)?;
                self.tick_at = self.model.next_tick();
            }
            if self.changed && (self.urgent || now.since(self.drawn_at) >= FRAME) && !self.ended {
                self.draw()?;
            }
        }
        Ok(())
    }

    /// Waits for the next message, at most until a tick or a picture is due.
    fn next(&mut self) -> Option<Msg> {
        let mut until = self.tick_at;
        if self.changed {
            until = until.min(self.drawn_at.plus_millis(FRAME));
        }
        self.mailbox.next(until)
    }

    fn take(&mut self, msg: Msg) -> io::Result<()> {
        provoke(&msg);
        self.changed = true;
        self.urgent |= !matches!(msg, Msg::Link(_)) || self.answers(&msg);
        match msg {
            Msg::Continued if !self.away => self.terminal.retake()?,
            // The letters may have another size now.
            Msg::Resize(..) => self.model.settings.cell = terminal::cell(),
            Msg::Tick => terminal::write(self.notifier.undelivered().as_bytes())?,
            _ => {}
        }
        for effect in update(&mut self.model, msg, self.clock.now()) {
            self.perform(effect)?;
        }
        Ok(())
    }

    /// Whether this is what the relay was asked for last.
    fn answers(&mut self, msg: &Msg) -> bool {
        let Msg::Link(News::Heard(frame)) = msg else { return false };
        let RelayFrame::Frame { parts, .. } = &**frame else { return false };
        let asked = self.asked.take_if(|asked| parts.iter().any(|part| part.watch == *asked));
        asked.is_some()
    }

    fn perform(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Say(frame) => {
                if let ClientFrame::Watch { watch, .. } = frame {
                    self.asked = Some(watch);
                }
                if let Some(link) = &self.link {
                    link.say(frame);
                }
            }
            Effect::Login(login) => {
                if let Some(link) = &self.link {
                    link.login(login);
                }
            }
            Effect::Reconnect => {
                if let Some(link) = &self.link {
                    link.reconnect();
                }
            }
            Effect::Edit(text) => {
                let answer = self.lend(|| edit::edit(&text))?;
                self.mailbox.put_first(Msg::Edited(answer));
            }
            Effect::Copy(text) => match clipboard::copy(&text, self.between) {
                Some(bytes) => terminal::write(bytes.as_bytes())?,
                None => self.tell(Word::TooLong),
            },
            Effect::File(ask) => self.fetch(ask),
            Effect::Preview(ask) => {
                if let Some(link) = &self.link {
                    link.preview(ask);
                }
            }
            Effect::Weigh(weigh) => {
                self.apart("files", move || Msg::Weighed(attach::weighed(weigh)))?;
            }
            Effect::List(folder) => {
                self.apart("folder", move || Msg::Listed(attach::listed(folder)))?;
            }
            Effect::Consents { contact, write } => {
                if let Some(link) = &self.link {
                    link.consents(contact, write);
                }
            }
            Effect::Raw { ticket, entry } => {
                if let Some(link) = &self.link {
                    link.raw(ticket, entry);
                }
            }
            Effect::AllOf(filter) => {
                if let Some(link) = &self.link {
                    link.all_of(filter);
                }
            }
            Effect::Why(ticket) => {
                if let Some(link) = &self.link {
                    link.why(ticket);
                }
            }
            Effect::Spread => {
                if let Some(link) = &self.link {
                    link.spread();
                }
            }
            Effect::TakeAlerts => {
                if let Some(link) = &self.link {
                    link.take_alerts();
                }
            }
            Effect::Write(write) => {
                let language = self.model.settings.language;
                self.apart("files", move || Msg::Told(files::written(&write, language)))?;
            }
            Effect::HandIn(file) => {
                if let Some(link) = &self.link {
                    link.hand_in(file);
                }
            }
            Effect::Notify(notice) => terminal::write(self.notifier.tell(&notice).as_bytes())?,
            Effect::Suspend => self.suspend()?,
            Effect::Redraw => self.painter.forget(),
            Effect::Save(saved) => {
                let done = match &self.model.settings.file {
                    Some(path) => profile::save(path, &saved).map(|()| path.display().to_string()),
                    None => Err(Word::NoFile.say(self.model.settings.language).into()),
                };
                self.mailbox.put(Msg::Told(done.unwrap_or_else(|why| why)));
            }
            Effect::Mouse(on) => self.terminal.set_mouse(on)?,
            Effect::Quit => self.ended = true,
        }
        Ok(())
    }

    /// Does what may wait for a disk beside all else.
    fn apart(&self, name: &str, does: impl FnOnce() -> Msg + Send + 'static) -> io::Result<()> {
        let to = self.to.clone();
        let thread = std::thread::Builder::new().name(name.into());
        thread.spawn(move || to.send(does())).map(drop)
    }

    /// Has a file fetched. The folder is made for the first one that is opened.
    fn fetch(&mut self, ask: FileAsk) {
        let language = self.model.settings.language;
        if self.folder.is_none() {
            match Folder::make() {
                Ok(folder) => self.folder = Some(folder),
                Err(error) => return self.mailbox.put(Msg::Told(error.to_string())),
            }
        }
        if let (Some(link), Some(folder)) = (&self.link, &self.folder) {
            link.fetch(Wanted { ask, folder: folder.path().to_owned(), language });
        }
    }

    fn tell(&mut self, word: Word) {
        let text = word.say(self.model.settings.language);
        self.mailbox.put(Msg::Told(text.into()));
    }

    fn draw(&mut self) -> io::Result<()> {
        if self.away {
            self.changed = false;
            return Ok(());
        }
        let (columns, rows) = self.model.size;
        self.bytes.clear();
        let (model, told) = (&self.model, self.painter.told());
        self.painter.paint(columns, rows, |canvas| view(model, canvas), &mut self.bytes);
        if told != self.painter.told() {
            self.terminal.set_last_words(self.painter.last_words());
        }
        terminal::write(&self.bytes)?;
        self.terminal.set_calls(self.model.notices.marks().len())?;
        self.drawn_at = self.clock.now();
        self.changed = false;
        self.urgent = false;
        Ok(())
    }

    /// The terminal keeps no picture of a customer while it is somebody else's.
    fn farewell(&mut self) -> io::Result<()> {
        if self.away {
            return Ok(());
        }
        terminal::write(&self.painter.farewell())
    }

    /// Gives the terminal to somebody else for a while. Nothing is read meanwhile: the keys are his.
    fn lend<T>(&mut self, to: impl FnOnce() -> T) -> io::Result<T> {
        self.farewell()?;
        self.terminal.release();
        signals::lend(true);
        let answer = to();
        signals::lend(false);
        self.terminal.retake()?;
        self.mailbox.forget_keys();
        self.painter.forget();
        let (columns, rows) = terminal::size();
        self.mailbox.put(Msg::Resize(columns, rows));
        Ok(answer)
    }

    fn suspend(&mut self) -> io::Result<()> {
        let me = rustix::process::getpid();
        if rustix::process::getsid(None).is_ok_and(|leader| leader == me) {
            self.tell(Word::NoJobs);
            return Ok(());
        }
        self.farewell()?;
        self.terminal.release();
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        // The stop may reach this thread a little later. After it the system tells that it is over; by `kill %1` a
        // shell ends what it has stopped, and keeps the terminal.
        let mut patience = 2;
        let mut until = self.clock.now().plus_millis(PROCEED);
        loop {
            match self.mailbox.told(until) {
                Some(Msg::Terminate) => {
                    self.away = true;
                    self.mailbox.put(Msg::Terminate);
                    return Ok(());
                }
                Some(Msg::Continued) | None if patience == 0 || terminal::is_ours() => break,
                Some(Msg::Continued) | None => {
                    patience -= 1;
                    until = self.clock.now().plus_millis(PROCEED);
                }
                Some(other) => self.mailbox.put(other),
            }
        }
        self.terminal.retake()?;
        self.mailbox.forget_keys();
        self.painter.forget();
        let (columns, rows) = terminal::size();
        self.mailbox.put(Msg::Resize(columns, rows));
        Ok(())
    }
}

/// Fails when a paste says so, in builds for tests: whether the terminal survives it can be tried then.
fn provoke(msg: &Msg) {
    #[cfg(debug_assertions)]
    if let Msg::Paste(text) = msg
        && std::env::var("GUICHET_PANIC").is_ok_and(|word| word == *text)
    {
        panic!("a fault for a test");
    }
    let _ = msg;
}
