//! The build script and an edited document: what follows the edit, and what stops the build.
//!
//! These tests take the longest, and stand among the first that a run begins with.

mod edited;
mod mistakes;
mod regenerate;
