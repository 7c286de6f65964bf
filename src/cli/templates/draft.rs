//! `guichet templates check` and `submit`: new templates from a file.

use crate::cli::remote::RelayArgs;
use crate::cli::{Failure, logs, print, shell};
use crate::kit::text::printable;
use crate::relay::config::{Fault, drafts};
use crate::wire::{TemplateSubmitted, TemplateWish};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FORM: &str = "\
The file is TOML:
  name = \"order_ready\"
  category = \"utility\"                # or \"marketing\"
  examples = { first_name = \"Anna\", order = \"A-17\" }
  [[text]]                             # one for each language
  language = \"it\"
  header = \"Ordine {{order}}\"          # header, footer and buttons may be left out
  body = \"Ciao {{first_name}}, il tuo ordine {{order}} è pronto.\"
  footer = \"Bottega Guichet\"
  buttons = [{ reply = \"Grazie\" }, { text = \"Segui\", url = \"https://shop.example/{{1}}\", example = \"https://shop.example/17\" }]
In the place of header a text may have image, video or document, the path of an example from the file's folder, or
place = true. For marketing it may have offer = { text = \"Solo oggi\", ends = true }, with the buttons { code } and
{ text, url }, or the cards of a carousel:
  [[text.cards]]                       # 2 to 10, all alike
  image = \"cup.png\"                  # or video
  body = \"Tazza rossa\"
  buttons = [{ reply = \"Questa\" }]
Buttons are { reply }, { text, url, example }, { text, phone }, { code }, { text, flow, screen }, { call }, { catalog },
{ products } and { contact_request = true }. Templates with { flow }, { catalog } and { products } are not sent from here.";

/// Say what WhatsApp would refuse of a new template
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{FORM}\n\nExamples:\n  guichet templates check order_ready.toml"))]
pub(in crate::cli) struct Check {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print the faults as a JSON array
    #[arg(long)]
    json: bool,
}

/// Submit a new template for WhatsApp's review
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{FORM}\n\nIts review is followed: `guichet templates` shows where it stands. For supervisors.\n\nExamples:\n  guichet templates submit order_ready.toml\n  guichet templates submit order_ready.toml --line shop"))]
pub(in crate::cli) struct Submit {
    #[command(flatten)]
    relay: RelayArgs,
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A line of the account that gets it, where there are several accounts
    #[arg(long, value_name = "NAME")]
    line: Option<String>,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    file: String,
    line: usize,
    column: usize,
    message: &'a str,
    hint: &'a str,
}

fn row(fault: &Fault) -> Row<'_> {
    Row {
        file: fault.file.display().to_string(),
        line: fault.line,
        column: fault.column,
        message: &fault.message,
        hint: &fault.hint,
    }
}

fn told(faults: &[Fault]) -> String {
    let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
    printable(&lines.join("\n")).into_owned()
}

pub(in crate::cli) fn check(args: &Check) -> Result<(), Failure> {
    logs::start("warn");
    let read = drafts(&args.file);
    let faults = read.as_ref().err().map_or(&[][..], Vec::as_slice);
    if args.json {
        print::json(&faults.iter().map(row).collect::<Vec<_>>())?;
    } else if let Ok(drafts) = &read {
        let languages: Vec<_> = drafts.iter().map(|draft| draft.language.as_str()).collect();
        let file = args.file.display();
        print::text(&printable(&format!("{file}: no fault ({})", languages.join(", "))))?;
    } else {
        print::text(&told(faults))?;
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::Told) }
}

pub(in crate::cli) fn submit(args: &Submit) -> Result<(), Failure> {
    logs::start("warn");
    let drafts = drafts(&args.file).map_err(|faults| Failure::failed(told(&faults)))?;
    let remote = args.relay.remote()?;
    let submitted = shell::runtime()?.block_on(async {
        let mut submitted = Vec::new();
        let mut handles = BTreeMap::new();
        for mut template in drafts {
            let (name, language) = (template.name.clone(), template.language.clone());
            for file in template.files_mut() {
                // Languages and cards may share one.
                let of = (file.kind().word(), file.example().to_owned());
                let handle = match handles.get(&of) {
                    Some(handle) => String::clone(handle),
                    None => {
                        let line = args.line.as_deref();
                        let handle = remote.example(Path::new(&of.1), of.0, line).await?;
                        handles.entry(of).or_insert(handle).clone()
                    }
                };
                file.set(handle);
            }
            let wish = TemplateWish { line: args.line.clone(), template };
            let answer: Result<TemplateSubmitted, _> = remote.post("templates", &wish).await;
            let answer = answer
                .map_err(|fault| Failure::failed(format!("{name} in {language}: {fault}")))?;
            submitted.push(answer);
        }
        Ok::<_, Failure>(submitted)
    })?;
    if args.json {
        return print::json(&submitted);
    }
    let line = |one: &TemplateSubmitted| format!("{} {} {}", one.name, one.language, one.status);
    print::text(&submitted.iter().map(line).collect::<Vec<_>>().join("\n"))
}
