//! Columns of rows of the wall: each so many cells wide, from the right end of the row.

use crate::console::canvas::Canvas;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// The cells that are left of a row when columns of these widths stand at its right end.
pub(super) fn left(at: Rect, widths: impl Iterator<Item = u16>) -> u16 {
    at.width.saturating_sub(widths.sum::<u16>() + 1)
}

/// Puts one text into each column, at its right end, with a blank before it.
pub(super) fn put(
    canvas: &mut Canvas<'_>,
    at: Rect,
    columns: impl DoubleEndedIterator<Item = (u16, String, Style)>,
) {
    let mut right = at.right().saturating_sub(1);
    for (wide, text, style) in columns.rev() {
        canvas.put_right(right, at.y, wide.saturating_sub(1), &text, style);
        right = right.saturating_sub(wide);
    }
}

/// So many bars, one for each value, as high as it is for the greatest; nothing where it is zero.
pub(super) fn bars(values: &[u32], cells: usize, unicode: bool) -> String {
    let levels: &[char; 8] = match unicode {
        true => &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
        false => &['.', ':', '-', '=', '+', '*', '%', '#'],
    };
    let shown = &values[values.len().saturating_sub(cells)..];
    let most = shown.iter().copied().max().unwrap_or(0).max(1) as usize;
    let bar = |value: &u32| match *value as usize {
        0 => ' ',
        value => levels[(value * levels.len()).div_ceil(most) - 1],
    };
    shown.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_values() {
        for (values, cells, wanted) in [
            (&[0, 1, 4, 8][..], 4, " ▁▄█"),
            (&[9, 1, 4, 8], 3, "▁▄█"),
            (&[0, 0], 9, "  "),
            (&[], 9, ""),
            (&[u32::MAX, 1], 2, "█▁"),
            (&[1, 1], 2, "██"),
        ] {
            assert_eq!(bars(values, cells, true), wanted, "{values:?}");
        }
        assert_eq!(bars(&[0, 1, 8], 3, false), " .#");
    }
}
