//! What may be sent to whom.

use crate::story::story;

#[test]
fn a_template_needs_consent_for_its_purpose() {
    story(
        "
        10:00 customer text
        10:01 anna template promo
        => refused: the customer has not consented to marketing messages
        10:02 anna template order_ready
        => told: assigned, queued
        10:03 anna template nothing
        => refused: there is no template nothing
        ",
    );
    story(
        "
        given opted_in marketing
        given opted_out utility
        10:00 customer text
        10:01 anna template promo
        10:02 anna template order_ready
        => refused: the customer has refused utility messages since 1970-01-01T00:00:00.001Z
        ",
    );
}

#[test]
fn an_opt_out_never_stops_free_text_in_an_open_window() {
    story(
        "
        given opted_out marketing
        given opted_out utility
        given opted_out service
        10:00 customer text
        10:01 anna reply
        10:02 attempt
        => send1: attempting
        ",
    );
}

#[test]
fn consent_is_judged_again_when_it_is_sent() {
    story(
        "
        10:00 customer text
        10:01 anna template order_ready
        given opted_out utility
        10:02 attempt
        => send1: failed 131050
        ",
    );
}

#[test]
fn marketing_has_a_bound_a_week() {
    story(
        "
        given opted_in marketing
        given marketing_per_week 2
        given marketed 0d09:00
        1d10:00 customer text
        1d10:01 anna template promo
        => told: assigned, queued
        1d10:02 anna template promo
        => refused: the customer gets at most 2 marketing messages a week; there is room again at 1970-01-08T09:00:00Z
        1d10:03 anna template order_ready
        => told: queued
        7d09:00 customer text
        7d09:01 anna template promo
        => told: queued
        ",
    );
    story(
        "
        given opted_in marketing
        given marketing_per_week 0
        10:00 customer text
        10:01 anna template promo
        => refused: the customer gets at most 0 marketing messages a week
        ",
    );
    // While it waited, one went over another line, or of another campaign.
    story(
        "
        given opted_in marketing
        given marketing_per_week 1
        10:00 customer text
        10:01 anna template promo
        given marketed 0d10:02
        10:03 attempt
        => send1: failed 900000001
        ",
    );
}
