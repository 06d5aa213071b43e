//! With which status the program ends.

use std::process::ExitCode;

use otc_vpn::{Error, ErrorKind};

/// The exit status. Scripts rely on it: a number is never given another meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Everything was done.
    Done = 0,
    /// The service refused, or its response cannot be used.
    Refused = 1,
    /// The command or a file is wrong. Nothing was sent.
    Invalid = 2,
    /// A change was sent, and it is not known whether it took effect.
    Unknown = 3,
    /// What was asked for does not exist.
    NotFound = 4,
    /// What was to be created exists.
    AlreadyThere = 5,
    /// Signing in failed, or the rights do not suffice.
    Account = 6,
    /// The service cannot be reached. Nothing was sent that changes anything.
    Unreachable = 7,
    /// A wait ended before what was waited for came.
    WaitEnded = 8,
    /// `plan` found something to do.
    ToDo = 10,
    /// Ended by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    pub(crate) const ALL: [Self; 11] = [
        Self::Done,
        Self::Refused,
        Self::Invalid,
        Self::Unknown,
        Self::NotFound,
        Self::AlreadyThere,
        Self::Account,
        Self::Unreachable,
        Self::WaitEnded,
        Self::ToDo,
        Self::Interrupted,
    ];

    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused by the service",
            Self::Invalid => "wrong command or file; nothing was sent",
            Self::Unknown => "not known whether a change took effect",
            Self::NotFound => "not found",
            Self::AlreadyThere => "already there",
            Self::Account => "signing in failed, or the rights do not suffice",
            Self::Unreachable => "service not reachable; nothing was changed",
            Self::WaitEnded => "a wait ended",
            Self::ToDo => "`plan` found something to do",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The one place where an error of the library becomes a status.
impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidInput => Self::Invalid,
            ErrorKind::OutcomeUnknown | ErrorKind::UnexpectedPair => Self::Unknown,
            ErrorKind::Credentials => Self::Account,
            ErrorKind::WaitEnded => Self::WaitEnded,
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::ConnectionLost => {
                Self::Unreachable
            }
            _ if error.is_auth() => Self::Account,
            _ if error.is_not_found() => Self::NotFound,
            _ if error.is_already_there() => Self::AlreadyThere,
            _ => Self::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use otc_vpn::simulator::{Fault, Simulator};
    use otc_vpn::types::VpnConnectionRequest;
    use otc_vpn::{Client, Retries};

    use super::*;

    fn request() -> VpnConnectionRequest {
        let request = serde_json::json!({
            "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
            "vgw_ip": "e4d7930f-demo-4cbf-b78a-b004416c7485",
            "cgw_id": "8916effb-demo-42d8-83d7-4517567d3d26",
            "peer_subnets": ["192.168.44.0/24"],
            "psk": "Example-Key-2025",
        });
        serde_json::from_value(request).unwrap()
    }

    async fn exit_of(client: &Client, simulator: &Simulator, fault: Fault) -> Exit {
        simulator.next(fault);
        Exit::from(&client.create(&request()).await.unwrap_err())
    }

    #[tokio::test]
    async fn each_error_of_the_library_has_a_status() {
        let simulator = Simulator::start().await.unwrap();
        let builder = || simulator.client_builder().retries(Retries::none());
        let client = builder().build().unwrap();
        let rejected = |status: u16, code: &str| {
            Fault::response(status, format!(r#"{{"error_code":"{code}","error_msg":"no"}}"#))
        };
        for (fault, expected) in [
            (rejected(400, "VPN.0001"), Exit::Refused),
            (rejected(401, "APIGW.0301"), Exit::Account),
            (rejected(403, "VPN.0003"), Exit::Account),
            (rejected(404, "VPN.0004"), Exit::NotFound),
            (Fault::response(404, "<html>no such page</html>"), Exit::Refused),
            (rejected(409, "VPN.0012"), Exit::AlreadyThere),
            (Fault::response(502, "<html>proxy</html>"), Exit::Unknown),
            (Fault::response(200, "<html>login</html>"), Exit::Unknown),
            (Fault::cut(), Exit::Unknown),
        ] {
            let what = format!("{fault:?}");
            assert_eq!(exit_of(&client, &simulator, fault).await, expected, "{what}");
        }

        let query = |fault: Fault| {
            simulator.next(fault);
            client.show("18be2aa1")
        };
        let lost = query(Fault::cut()).await.unwrap_err();
        assert_eq!(Exit::from(&lost), Exit::Unreachable);
        let page = query(Fault::response(200, "<html>login</html>")).await.unwrap_err();
        assert_eq!(Exit::from(&page), Exit::Refused);
        let invalid = client.show("../other").await.unwrap_err();
        assert_eq!(Exit::from(&invalid), Exit::Invalid);

        let stuck = serde_json::json!({ "id": "18be2aa1", "status": "ERROR" });
        let stuck = simulator.insert(serde_json::from_value(stuck).unwrap());
        let wait = client.wait(&stuck).poll(std::time::Duration::from_millis(10));
        assert_eq!(Exit::from(&wait.until_active().await.unwrap_err()), Exit::WaitEnded);

        let password = otc_vpn::Password::new(Simulator::USER, "wrong").domain(Simulator::DOMAIN);
        let wrong = builder().credentials(otc_vpn::Credentials::password(password));
        let wrong = wrong.build().unwrap().show("18be2aa1").await.unwrap_err();
        assert_eq!(Exit::from(&wrong), Exit::Account);

        let closed = builder().endpoint("http://127.0.0.1:1").build().unwrap();
        let closed = closed.create(&request()).await.unwrap_err();
        assert_eq!(Exit::from(&closed), Exit::Unreachable);
    }

    #[test]
    fn numbers_are_as_documented() {
        let numbers = Exit::ALL.map(|exit| exit as u8);
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 130]);
        for exit in Exit::ALL {
            let row = format!("| {} | {} |", exit as u8, exit.meaning());
            assert!(include_str!("../README.md").contains(&row), "{row}");
        }
    }
}
