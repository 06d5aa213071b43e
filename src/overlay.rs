//! Laying one part of a request over another, member by member.

/// A value that another one can be laid over.
pub(crate) trait Overlay: Clone {
    /// Takes from `over` what it sets: a member of an object by itself, and anything else,
    /// a list included, as a whole.
    fn overlay(&mut self, over: &Self);
}

macro_rules! overlay_as_a_whole {
    ($($kind:ty),+) => {
        $(impl $crate::overlay::Overlay for $kind {
            fn overlay(&mut self, over: &Self) {
                self.clone_from(over);
            }
        })+
    };
}
pub(crate) use overlay_as_a_whole;

overlay_as_a_whole!(bool, i32, i64, u32, u64, String);

impl<T: Clone> Overlay for Vec<T> {
    fn overlay(&mut self, over: &Self) {
        self.clone_from(over);
    }
}

impl<T: Overlay> Overlay for Option<T> {
    fn overlay(&mut self, over: &Self) {
        match (self, over) {
            (Some(value), Some(over)) => value.overlay(over),
            (unset, Some(over)) => *unset = Some(over.clone()),
            (_, None) => {}
        }
    }
}
