#!/usr/bin/env bash
# A hundred rounds of kill -9 under load, with and without agents who answer, and as many cuts of power.
# usage: tests/kill.sh [rounds]
set -euo pipefail
cd "$(dirname "$0")/.."
export GUICHET_ROUNDS="${1:-100}"
cargo test --test reliability -- --nocapture --test-threads=1 kill replies
cargo test --test durability -- --nocapture power_cut
