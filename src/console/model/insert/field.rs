//! The fields of a form, and how much goes into each.

use crate::console::editor::Editor;
use crate::domain::interactive;
use crate::domain::limit::Limit;
use crate::domain::message::Kind;

/// What a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Part {
    Body,
    /// A line above, or a file.
    Header,
    /// A line above: over a list WhatsApp has no files.
    Heading,
    Footer,
    Button,
    OtherButton,
    ListButton,
    /// `title | smaller words`, or `# title` where a section begins.
    Line,
    Label,
    Url,
    FlowLabel,
    FlowId,
    Screen,
    /// `name = value`, with semicolons between.
    Data,
    Degrees,
    PlaceName,
    Address,
    Name,
    Phones,
    Emails,
    Company,
}

impl Part {
    /// How many characters it may have, as far as the platform says.
    fn limit(self) -> Option<Limit> {
        use interactive::{BODY, FLOW_TITLE, FOOTER, HEADER, TITLE, URL};
        match self {
            Self::Body => Some(BODY),
            Self::Header | Self::Heading => Some(HEADER),
            Self::Footer => Some(FOOTER),
            Self::Button | Self::OtherButton | Self::ListButton | Self::Label => Some(TITLE),
            Self::FlowLabel => Some(FLOW_TITLE),
            Self::Url => Some(URL),
            _ => None,
        }
    }

    pub(super) fn may_be_empty(self) -> bool {
        matches!(
            self,
            Self::Header
                | Self::Heading
                | Self::Footer
                | Self::OtherButton
                | Self::Line
                | Self::Screen
                | Self::Data
                | Self::PlaceName
                | Self::Address
                | Self::Emails
                | Self::Company
        )
    }
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// What it is.
    pub part: Part,
    /// What is typed.
    pub editor: Editor,
}

impl Field {
    /// How many characters it has, and how many the platform takes: of a list's line, in the part that is longest
    /// for its limit.
    pub fn count(&self) -> Option<(usize, usize)> {
        let text = self.editor.text().trim();
        let given = |text: &str| text.trim().chars().count();
        if self.part == Part::Header && is_file(text) {
            return None;
        }
        if self.part != Part::Line {
            return self.part.limit().map(|limit| (given(text), limit.most));
        }
        if let Some(title) = text.strip_prefix('#') {
            return Some((given(title), interactive::SECTION_TITLE.most));
        }
        let (title, small) = cut(text);
        let title = (given(title), interactive::ROW_TITLE.most);
        match small {
            Some(small) if title.0 <= title.1 => {
                Some((given(&small), interactive::ROW_DESCRIPTION.most))
            }
            _ => Some(title),
        }
    }
}

/// Whether what is typed above the text is a file: a path that says where it begins, or a web address.
pub(super) fn is_file(text: &str) -> bool {
    ["/", "~/", "./", "../", "file://", "https://"].iter().any(|begins| text.starts_with(begins))
        && !text.contains(char::is_control)
}

/// What a file is, by its name.
pub(super) fn kind(name: &str) -> Kind {
    let name = name.to_lowercase();
    let ends = |all: &[&str]| all.iter().any(|end| name.ends_with(end));
    match () {
        () if ends(&[".jpg", ".jpeg", ".png"]) => Kind::Image,
        () if ends(&[".mp4", ".3gp"]) => Kind::Video,
        () => Kind::Document,
    }
}

/// A row's title and its smaller words.
pub(super) fn cut(line: &str) -> (&str, Option<String>) {
    match line.split_once('|') {
        Some((title, small)) => {
            (title.trim(), Some(small.trim().to_owned()).filter(|small| !small.is_empty()))
        }
        None => (line, None),
    }
}
