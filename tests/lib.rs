//! The tests stand in `integration`; cargo wants a library beside them.
