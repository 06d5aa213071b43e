//! Every order of what can happen to callers that ensure the same pair.

use std::collections::{HashMap, HashSet};

use super::decision::{Decision, Event, Seen, Step};

/// What the world is like.
#[derive(Clone, Copy, Debug)]
struct Rules {
    callers: usize,
    /// How often a caller is killed and starts again.
    crashes: u8,
    /// How many responses to creates are lost.
    losses: u8,
    /// Whether a lost create may take effect after the caller has noticed the loss.
    is_delayed: bool,
    /// Whether the service rejects a second connection for one place.
    rejects: bool,
    /// Whether a batch that is rejected for one place creates the connection of the other.
    is_partial: bool,
    /// Whether a list may not yet show a new connection.
    is_list_late: bool,
    /// Whether the first place has a connection that is being deleted.
    is_leaving: bool,
    /// Whether the second place has a connection that a list does not show yet.
    is_hidden: bool,
    /// Whether one connection is wanted: that of the second place is taken to be there.
    is_single: bool,
}

const PEACE: Rules = Rules {
    callers: 1,
    crashes: 0,
    losses: 0,
    is_delayed: false,
    rejects: true,
    is_partial: false,
    is_list_late: false,
    is_leaving: false,
    is_hidden: false,
    is_single: false,
};

/// What a caller is about to do, or is waiting for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Caller {
    decision: Decision,
    /// A step that the service has taken, and what it will come to.
    response: Option<(Step, Event)>,
    crashes: u8,
}

impl Caller {
    fn new(crashes: u8) -> Self {
        Self { decision: Decision::new(1), response: None, crashes }
    }

    fn is_done(&self) -> bool {
        self.response.is_none() && self.decision.next() == Step::Done
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    /// How many connections there are for each place.
    there: [u8; 2],
    /// Whether a list shows them.
    shown: [bool; 2],
    is_leaving: bool,
    /// A create that will take effect.
    delayed: Option<Step>,
    losses: u8,
    callers: Vec<Caller>,
}

impl World {
    fn new(rules: &Rules) -> Self {
        let callers = vec![Caller::new(rules.crashes); rules.callers];
        let (losses, is_leaving) = (rules.losses, rules.is_leaving);
        Self {
            there: [0, (rules.is_hidden || rules.is_single).into()],
            shown: [false, rules.is_single],
            is_leaving,
            delayed: None,
            losses,
            callers,
        }
    }

    fn seen(&self) -> [Seen; 2] {
        let seen = |index: usize| match self.shown[index] {
            true => Seen::There,
            false if index == 0 && self.is_leaving => Seen::Leaving,
            false => Seen::Missing,
        };
        [seen(0), seen(1)]
    }

    /// What the service does for a create.
    fn create(&mut self, step: Step, rules: &Rules) -> Event {
        let places = match step {
            Step::CreateBoth => vec![0, 1],
            Step::CreateOne(index) => vec![index],
            Step::Look { .. } | Step::Done => unreachable!(),
        };
        let is_taken = |world: &Self, place: usize| {
            rules.rejects && (world.there[place] > 0 || place == 0 && world.is_leaving)
        };
        let is_any_taken = places.iter().any(|place| is_taken(self, *place));
        for place in places {
            if !is_taken(self, place) && (!is_any_taken || rules.is_partial) {
                self.there[place] += 1;
                self.shown[place] |= !rules.is_list_late;
            }
        }
        if is_any_taken { Event::AlreadyThere } else { Event::Created }
    }

    /// Every world that can come next.
    fn next(&self, rules: &Rules) -> Vec<Self> {
        let mut next = Vec::new();
        let mut add = |change: &dyn Fn(&mut Self)| {
            let mut world = self.clone();
            change(&mut world);
            next.push(world);
        };
        for place in [0, 1] {
            if self.there[place] > 0 && !self.shown[place] {
                add(&|world| world.shown[place] = true);
            }
        }
        if self.is_leaving {
            add(&|world| world.is_leaving = false);
        }
        if let Some(step) = self.delayed {
            add(&|world| {
                world.delayed = None;
                world.create(step, rules);
            });
        }
        for (index, caller) in self.callers.iter().enumerate() {
            if caller.is_done() {
                continue;
            }
            if caller.crashes > 0 {
                add(&|world| world.callers[index] = Caller::new(caller.crashes - 1));
            }
            if let Some((step, event)) = caller.response {
                add(&|world| {
                    world.callers[index].response = None;
                    world.callers[index].decision.note(step, event);
                });
                continue;
            }
            let step = caller.decision.next();
            let respond =
                |world: &mut Self, event| world.callers[index].response = Some((step, event));
            if let Step::Look { .. } = step {
                add(&|world| respond(world, Event::Looked(self.seen())));
                continue;
            }
            add(&|world| {
                let event = world.create(step, rules);
                respond(world, event);
            });
            if self.losses > 0 {
                let lose = |world: &mut Self, event| {
                    world.losses -= 1;
                    respond(world, event);
                };
                add(&|world| {
                    world.create(step, rules);
                    lose(world, Event::Unknown);
                });
                add(&|world| lose(world, Event::Unknown));
                add(&|world| lose(world, Event::NotApplied));
                if rules.is_delayed && self.delayed.is_none() {
                    add(&|world| {
                        world.delayed = Some(step);
                        lose(world, Event::Unknown);
                    });
                }
            }
        }
        next
    }
}

/// What an exploration has found.
struct Explored {
    worlds: usize,
    /// A place has two connections in one of them.
    is_any_double: bool,
    /// In one of them, somebody is done and a connection is missing.
    is_any_missing: bool,
    /// From one of them, no way leads to everybody being done.
    is_any_stuck: bool,
}

fn explore(rules: &Rules) -> Explored {
    let mut worlds = vec![World::new(rules)];
    let mut numbers = HashMap::from([(worlds[0].clone(), 0)]);
    // From which worlds one leads to this one.
    let mut before = vec![Vec::new()];
    let mut explored = 0;
    while let Some(world) = worlds.get(explored) {
        for next in world.next(rules) {
            // What is too much stays too much.
            if next.there.iter().any(|count| *count > 2) {
                continue;
            }
            let number = *numbers.entry(next).or_insert_with_key(|next| {
                worlds.push(next.clone());
                before.push(Vec::new());
                before.len() - 1
            });
            before[number].push(explored);
        }
        explored += 1;
    }
    let is_done = |number: &usize| worlds[*number].callers.iter().all(Caller::is_done);
    let mut open: Vec<usize> = (0..explored).filter(is_done).collect();
    let mut can_end: HashSet<usize> = open.iter().copied().collect();
    while let Some(number) = open.pop() {
        open.extend(before[number].iter().copied().filter(|earlier| can_end.insert(*earlier)));
    }
    let is_missing =
        |world: &World| world.there.contains(&0) && world.callers.iter().any(Caller::is_done);
    Explored {
        worlds: explored,
        is_any_double: worlds.iter().any(|world| world.there.iter().any(|count| *count > 1)),
        is_any_missing: worlds.iter().any(is_missing),
        is_any_stuck: can_end.len() < explored,
    }
}

/// Both exist once, whatever happens, and everybody can get there.
fn assert_once(rules: &Rules, least: usize) {
    let Explored { worlds, is_any_double, is_any_missing, is_any_stuck } = explore(rules);
    assert!(!is_any_double, "two connections for one place: {rules:?}");
    assert!(!is_any_missing, "done without both: {rules:?}");
    assert!(!is_any_stuck, "no way out: {rules:?}");
    assert!(worlds >= least, "{worlds} worlds explored: {rules:?}");
}

#[test]
fn two_callers_with_crashes_and_losses_never_make_two() {
    let rules = Rules { callers: 2, crashes: 1, losses: 1, ..PEACE };
    for is_leaving in [false, true] {
        assert_once(&Rules { is_leaving, ..rules }, 1000);
        assert_once(&Rules { is_leaving, is_delayed: true, ..rules }, 1000);
        let late = Rules { is_leaving, is_list_late: true, ..rules };
        assert_once(&Rules { is_delayed: true, ..late }, 20_000);
        for is_partial in [false, true] {
            assert_once(&Rules { is_hidden: true, is_partial, ..late }, 3_000);
        }
        let single = Rules { is_single: true, ..late };
        assert_once(&Rules { is_delayed: true, ..single }, 1000);
    }
}

#[test]
fn one_caller_survives_many_crashes_and_losses() {
    for is_partial in [false, true] {
        let rules = Rules {
            crashes: 4,
            losses: 4,
            is_delayed: true,
            is_list_late: true,
            is_partial,
            ..PEACE
        };
        assert_once(&rules, 500);
    }
}

/// Alone, and with a list that is up to date, the care of the caller suffices.
#[test]
fn one_caller_needs_no_rejection_while_the_list_is_up_to_date() {
    let rules = Rules { rejects: false, crashes: 3, losses: 3, is_partial: true, ..PEACE };
    assert_once(&rules, 100);
    assert_once(&Rules { is_single: true, ..rules }, 50);
}

/// The last line of defence: in each of these, only the rejection prevents two.
#[test]
fn otherwise_the_rejection_of_the_service_prevents_two() {
    let alone = Rules { rejects: false, ..PEACE };
    for rules in [
        Rules { callers: 2, ..alone },
        Rules { losses: 1, is_list_late: true, ..alone },
        Rules { losses: 1, is_delayed: true, ..alone },
        Rules { crashes: 1, is_list_late: true, ..alone },
    ] {
        assert!(explore(&rules).is_any_double, "{rules:?}");
        assert_once(&Rules { rejects: true, ..rules }, 10);
    }
}

/// A create counts for what it creates: the other connection is still to come.
#[test]
fn what_was_created_is_not_created_again_and_the_other_one_is() {
    let mut decision = Decision::new(1);
    let mut take = |expected, event| {
        assert_eq!(decision.next(), expected);
        decision.note(expected, event);
    };
    let missing = Event::Looked([Seen::Missing; 2]);
    take(Step::Look { after_pause: false }, missing);
    take(Step::CreateBoth, Event::AlreadyThere);
    take(Step::Look { after_pause: false }, missing);
    take(Step::CreateOne(0), Event::Created);
    take(Step::CreateOne(1), Event::AlreadyThere);
    take(Step::Look { after_pause: false }, missing);
    take(Step::CreateOne(1), Event::Created);
    assert_eq!(decision.next(), Step::Done);
}
