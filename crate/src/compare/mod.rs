/*!
Several results beside each other: whether they can be compared ([`comparability`]), and whether a measure of models goes with a score ([`relation`]).
*/

pub mod comparability;
pub mod relation;
