//! The built program as a process that goes on.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long it may take to say what it is waited for; it is certain to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that is stopped in order when this goes.
pub(crate) struct Running(Child);

impl Running {
    /// Starts it and reads what it says until `wanted` is found in a line; what stands behind it.
    pub(crate) fn start(command: &mut Command, wanted: &str) -> (Self, String) {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut running = Self(child);
        let child = &mut running.0;
        let (said, heard) = std::sync::mpsc::channel();
        let stdout = child.stdout.take().expect("stdout");
        let stderr = child.stderr.take().expect("stderr");
        let pass = |from: Box<dyn std::io::Read + Send>| {
            let said = said.clone();
            std::thread::spawn(move || {
                let lines = BufReader::new(from).lines().map_while(Result::ok);
                lines.for_each(|line| drop(said.send(line)));
            })
        };
        pass(Box::new(stdout));
        pass(Box::new(stderr));
        drop(said);
        let mut log = Vec::new();
        loop {
            let line = heard.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{log:#?}"));
            if let Some((_, rest)) = line.split_once(wanted) {
                return (running, rest.to_owned());
            }
            log.push(line);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.0);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.0.wait();
    }
}
