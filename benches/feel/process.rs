//! What a process costs, as Linux tells it.

use std::fs;

/// What a process has used so far, all its threads together.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Processor time in nanoseconds.
    pub(crate) cpu: u64,
    /// How often a thread has gone to sleep, and so been woken.
    pub(crate) wakeups: u64,
    /// Resident memory in bytes.
    pub(crate) resident: u64,
}

impl Usage {
    /// Of a process, by its id.
    pub(crate) fn of(id: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
        let mut usage = Self { resident: field(&status, "VmRSS:") * 1024, ..Self::default() };
        for thread in fs::read_dir(format!("/proc/{id}/task")).expect("it runs").flatten() {
            let read = |file| fs::read_to_string(thread.path().join(file)).unwrap_or_default();
            let first = read("schedstat").split(' ').next().and_then(|cpu| cpu.parse::<u64>().ok());
            usage.cpu += first.unwrap_or(0);
            usage.wakeups += field(&read("status"), "voluntary_ctxt_switches:");
        }
        usage
    }

    /// What was used since then.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(before.cpu),
            wakeups: self.wakeups.saturating_sub(before.wakeups),
            resident: self.resident,
        }
    }
}

fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
