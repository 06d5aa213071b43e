//! What a command has begun to change, to say it if it is interrupted.

use std::cell::RefCell;
use std::fmt::Write;

use otc_vpn::types::VpnConnectionRequest;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::{Failure, Stopped};

#[derive(Default)]
pub(crate) struct Journal(RefCell<Vec<Noted>>);

struct Noted {
    title: String,
    /// What to look for.
    keys: Vec<Value>,
    doing: Doing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Requests are being sent.
    Changing,
    /// They had their effect; a state is waited for.
    Waiting,
    Ended,
}

impl Journal {
    /// Notes that something is about to be changed.
    pub(crate) fn add(&self, title: &str, requests: &[VpnConnectionRequest]) -> usize {
        let key = |it: &VpnConnectionRequest| json!({ "name": it.name, "vgw_id": it.vgw_id, "vgw_ip": it.vgw_ip, "cgw_id": it.cgw_id });
        let keys = requests.iter().map(key).collect();
        self.note(title, keys)
    }

    pub(crate) fn note(&self, title: &str, keys: Vec<Value>) -> usize {
        let mut all = self.0.borrow_mut();
        all.push(Noted { title: title.to_owned(), keys, doing: Doing::Ended });
        all.len() - 1
    }

    pub(crate) fn set(&self, index: usize, doing: Doing) {
        if let Some(noted) = self.0.borrow_mut().get_mut(index) {
            noted.doing = doing;
        }
    }

    /// Ctrl-C: what was sent, and what to look for.
    pub(crate) fn interrupted(&self) -> Failure {
        let all = self.0.borrow();
        if all.is_empty() {
            return Failure::Interrupted;
        }
        let titles = |doing| all.iter().filter(move |it| it.doing == doing);
        let mut message = "interrupted".to_owned();
        for (doing, what) in [
            (Doing::Changing, "requests were being sent, which may or may not have taken effect"),
            (Doing::Waiting, "done, but the state was still waited for"),
        ] {
            if titles(doing).next().is_some() {
                // Writing to a text cannot fail.
                let _ = write!(message, "\n{what}:");
                titles(doing).for_each(|it| it.write(&mut message));
            }
        }
        let ended = titles(Doing::Ended).count();
        if ended > 0 {
            let _ = write!(message, "\nended before: {ended}");
        }
        let keys: Vec<_> = titles(Doing::Changing).flat_map(|it| it.keys.clone()).collect();
        let details = json!({ "connections": keys });
        Stopped { exit: Exit::Interrupted, message, details }.into()
    }
}

impl Noted {
    fn write(&self, message: &mut String) {
        let _ = write!(message, "\n  {}", self.title);
        for key in &self.keys {
            let of = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or("-");
            let _ = write!(
                message,
                "\n    {}: gateway {}, address {}, customer gateway {}",
                of("name"),
                of("vgw_id"),
                of("vgw_ip"),
                of("cgw_id")
            );
        }
    }
}
