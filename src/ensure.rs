//! A pair that exists exactly once.

mod decision;
#[cfg(test)]
mod model;
