//! What the builders of the generated types take for a field, and what they report.

use crate::error::Error;
use crate::secret::Psk;
use crate::violations::{Violation, Violations};

/// What a builder takes for a field of type `T`: the value, an `Option` of it, a builder of
/// it, and for a text or a pre-shared key a `&str` or `String`. `None` leaves the field out.
///
/// ```
/// use otc_vpn::types::{DpdRequest, IkePolicyRequest, IkeVersion};
///
/// let local_id: Option<String> = None;
/// let policy = IkePolicyRequest::builder()
///     .ike_version(IkeVersion::V2)
///     .local_id(local_id)
///     .peer_id("198.51.100.7")
///     .dpd(DpdRequest::builder().timeout(20)) // seconds
///     .build()?;
/// # Ok::<(), otc_vpn::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a field of type `{T}`",
    note = "a field takes its type, an `Option` of it, a builder of it; a text takes a `&str` too"
)]
pub trait FieldValue<T> {
    /// The value, unless it is left out.
    ///
    /// # Errors
    /// Everything that a builder lacks.
    #[doc(hidden)]
    fn into_field(self) -> Result<Option<T>, Problems>;
}

impl<T> FieldValue<T> for T {
    fn into_field(self) -> Result<Option<T>, Problems> {
        Ok(Some(self))
    }
}

impl<T> FieldValue<T> for Option<T> {
    fn into_field(self) -> Result<Option<T>, Problems> {
        Ok(self)
    }
}

macro_rules! from_text {
    ($target:ty: $($text:ty),+) => {
        $(impl FieldValue<$target> for $text {
            fn into_field(self) -> Result<Option<$target>, Problems> {
                Ok(Some(self.into()))
            }
        }

        impl FieldValue<$target> for Option<$text> {
            fn into_field(self) -> Result<Option<$target>, Problems> {
                Ok(self.map(Into::into))
            }
        })+
    };
}

from_text!(String: &str, &String);
from_text!(Psk: &str, &String, String);

/// What keeps a builder from building. Public in a private module: only this crate can
/// implement [`FieldValue`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems(Violations);

impl Problems {
    /// The value of a field.
    pub(crate) fn take<T>(&mut self, field: &str, value: impl FieldValue<T>) -> Option<T> {
        self.forget(field);
        match value.into_field() {
            Ok(value) => value,
            Err(problems) => {
                self.note(&format!("/{field}"), problems);
                None
            }
        }
    }

    /// The items of a field that is a list.
    pub(crate) fn take_list<T>(
        &mut self,
        field: &str,
        items: impl IntoIterator<Item = impl FieldValue<T>>,
    ) -> Option<Vec<T>> {
        self.forget(field);
        let items = items.into_iter();
        let mut taken = Vec::with_capacity(items.size_hint().0);
        for (index, item) in items.enumerate() {
            match item.into_field() {
                Ok(item) => taken.extend(item),
                Err(problems) => self.note(&format!("/{field}/{index}"), problems),
            }
        }
        Some(taken)
    }

    /// Takes what keeps the builder of the value at `place` from building.
    #[cold]
    fn note(&mut self, place: &str, problems: Self) {
        self.extend(problems.into_iter().map(|it| it.beneath(place)));
    }

    /// The same with those of the required fields, of which it is known whether they are
    /// set, that are missing.
    pub(crate) fn and_missing(mut self, required: &[(&str, bool)]) -> Self {
        for (field, is_set) in required {
            if !is_set && !self.0.iter().any(|it| is_within(it, field)) {
                self.0.0.push(Violation::new(format!("/{field}"), "required", "is missing"));
            }
        }
        self
    }

    /// What is set again may be good now.
    fn forget(&mut self, field: &str) {
        self.0.0.retain(|it| !is_within(it, field));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Extend<Violation> for Problems {
    fn extend<I: IntoIterator<Item = Violation>>(&mut self, problems: I) {
        self.0.0.extend(problems);
    }
}

impl IntoIterator for Problems {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

fn is_within(violation: &Violation, field: &str) -> bool {
    violation.pointer().split('/').nth(1) == Some(field)
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Self::invalid_request(problems.0)
    }
}
