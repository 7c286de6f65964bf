//! The README's table of keys is made from the keymaps; this holds it in step. To make it anew:
//! `GUICHET_WRITE=1 cargo test --test keys`.

use guichet::console::fault::Library;
use guichet::console::keymap::{Keymap, table::table};
use guichet::console::language::Language;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const BEGIN: &str = "<!-- keys: made by `GUICHET_WRITE=1 cargo test --test keys` -->\n";
const END: &str = "<!-- end of keys -->";

#[test]
fn the_readme_shows_the_keys_that_there_are() {
    let load = |name| Keymap::load(name, &Library::default()).expect("it is shipped").0;
    let keymaps = ["default", "vim", "emacs"].map(load);
    let made = table(&keymaps, Language::En);
    let readme = std::fs::read_to_string(README).expect("a README");
    let from = readme.find(BEGIN).expect("the README has a place for the keys") + BEGIN.len();
    let to = readme[from..].find(END).expect("the table has an end") + from;
    if std::env::var_os("GUICHET_WRITE").is_some() {
        let written = format!("{}{made}{}", &readme[..from], &readme[to..]);
        std::fs::write(README, written).expect("the README can be written");
    } else {
        let stale = "the keys have changed: GUICHET_WRITE=1 cargo test --test keys";
        assert!(readme[from..to] == made, "{stale}");
    }
}
