//! What to do next so that both connections of a pair exist, each once.
//!
//! The service has no transactions: a response can be lost, a list can show a new
//! connection late, another caller can do the same at the same time, and a program can be
//! killed between any two calls. So nothing is created that a look has not missed; after an
//! outcome that is not known, several looks must miss it; and whoever is killed begins
//! with a look. That suffices for one caller and a list that is up to date. Where two callers
//! create at the same time, or the list is late, the service is the last line of
//! defence: it rejects a second connection for one address and customer gateway. The tests
//! explore every order of these events, with and without that rejection.

/// What a look finds of the connection of a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Seen {
    Missing,
    There,
    /// It is being deleted: neither there, nor can another one be created.
    Leaving,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// Look for the connections of the pair.
    Look { after_pause: bool },
    /// Create both in one call.
    CreateBoth,
    /// Create that of the tunnel with this index.
    CreateOne(usize),
    /// Both are there.
    Done,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Event {
    Looked([Seen; 2]),
    Created,
    /// The service says that it is there already, or one of both is.
    AlreadyThere,
    /// The create may or may not have taken effect.
    Unknown,
    /// The create has had no effect, and may be sent again.
    NotApplied,
}

/// What is known so far.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Decision {
    /// What the last look found, unless something has happened since.
    seen: Option<[Seen; 2]>,
    /// Created by this caller, whether a list shows it or not.
    created: [bool; 2],
    /// Whether they are created one by one: something was there already.
    one_by_one: bool,
    /// How many more looks must miss a connection before it is created.
    looks: u8,
    /// How many that are after a create whose effect is not known.
    patience: u8,
}

impl Decision {
    pub(super) fn new(patience: u8) -> Self {
        Self { seen: None, created: [false; 2], one_by_one: false, looks: 0, patience }
    }

    pub(super) fn next(&self) -> Step {
        let Some([first, second]) = self.seen else { return Step::Look { after_pause: false } };
        let state = |(seen, created)| if created { Seen::There } else { seen };
        let [created_first, created_second] = self.created;
        match [(first, created_first), (second, created_second)].map(state) {
            [Seen::There, Seen::There] => Step::Done,
            [Seen::Leaving, _] | [_, Seen::Leaving] => Step::Look { after_pause: true },
            _ if self.looks > 0 => Step::Look { after_pause: true },
            [Seen::Missing, Seen::Missing] if !self.one_by_one => Step::CreateBoth,
            [Seen::Missing, _] => Step::CreateOne(0),
            [_, Seen::Missing] => Step::CreateOne(1),
        }
    }

    pub(super) fn note(&mut self, step: Step, event: Event) {
        match event {
            Event::Looked(seen) => {
                self.seen = Some(seen);
                self.looks = self.looks.saturating_sub(1);
            }
            Event::Created => {
                let creates = |index| step == Step::CreateBoth || step == Step::CreateOne(index);
                let [first, second] = self.created;
                self.created = [first || creates(0), second || creates(1)];
            }
            Event::NotApplied => self.looks = 1,
            Event::Unknown => self.look_again(),
            Event::AlreadyThere => {
                self.one_by_one = true;
                self.look_again();
            }
        }
    }

    fn look_again(&mut self) {
        self.seen = None;
        self.looks = self.patience;
    }
}
