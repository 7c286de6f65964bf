//! What the desk decides, told as stories and as properties.

mod permutation;
