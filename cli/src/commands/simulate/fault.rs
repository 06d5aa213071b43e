//! `--fault`: what happens to requests, to try scripts out.

use std::str::FromStr;
use std::time::Duration;

use otc_vpn::simulator::{Fault, Received};

/// `cut`, `cut-before`, `html`, `throttle`, `slow` or a status, then settings.
#[derive(Clone, Debug)]
pub(super) struct FaultSpec {
    fault: Fault,
    operation: Option<String>,
    /// How many requests pass before it happens.
    skip: u32,
    times: u32,
}

/// What a proxy or a login portal sends.
const PAGE: &str = "<html><title>Proxy</title><p>Please sign in.</p></html>";

/// Longer than a client waits.
const SLOW: Duration = Duration::from_secs(3600);

impl FromStr for FaultSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',');
        let fault = match parts.next().unwrap_or_default() {
            "cut" => Fault::cut(),
            "cut-before" => Fault::cut_before_effect(),
            "html" => Fault::response(200, PAGE).header("Content-Type", "text/html"),
            "throttle" => Fault::response(429, "").header("Retry-After", "1"),
            "slow" => Fault::delay(SLOW),
            status => match status.parse() {
                Ok(status @ 400..=599) => Fault::response(status, ""),
                _ => {
                    return Err(
                        "must begin with cut, cut-before, html, throttle, slow or a status \
                                from 400 to 599"
                            .to_owned(),
                    );
                }
            },
        };
        let mut spec = Self { fault, operation: None, skip: 0, times: 1 };
        for part in parts {
            spec.set(part)?;
        }
        Ok(spec)
    }
}

impl FaultSpec {
    fn set(&mut self, part: &str) -> Result<(), String> {
        let number = |value: &str| {
            value.parse::<u32>().map_err(|_| format!("`{value}` is not a number that can be used"))
        };
        match part.split_once('=') {
            Some(("on", operation)) => {
                // It knows the operations.
                drop(self.fault.clone().on(operation).map_err(|error| error.to_string())?);
                self.operation = Some(operation.to_owned());
            }
            Some(("skip", value)) => self.skip = number(value)?,
            Some(("times", "all")) => self.times = u32::MAX,
            Some(("times", value)) => self.times = number(value)?,
            _ => {
                return Err(format!(
                    "`{part}` is unknown; use on=OPERATION, skip=NUMBER, times=NUMBER or times=all"
                ));
            }
        }
        Ok(())
    }

    /// What happens to this request.
    fn take(&mut self, request: &Received) -> Option<Fault> {
        let is_for = self.operation.as_deref().is_none_or(|it| request.operation() == Some(it));
        if !is_for || self.times == 0 {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.times = self.times.saturating_sub(u32::from(self.times < u32::MAX));
        Some(self.fault.clone())
    }
}

/// What happens to each request: of several faults, the first that is for it.
pub(super) fn source(
    mut specs: Vec<FaultSpec>,
) -> impl FnMut(&Received) -> Option<Fault> + Send + 'static {
    move |request| specs.iter_mut().find_map(|spec| spec.take(request))
}

#[cfg(test)]
mod tests {
    use otc_vpn::simulator::Simulator;

    use super::*;

    #[test]
    fn what_is_no_fault_is_rejected_with_what_is() {
        for (text, expected) in [
            ("", "must begin with cut"),
            ("200", "must begin with cut"),
            ("cut,on=create", "known: "),
            ("cut,times=-1", "`-1` is not a number"),
            ("cut,after=1", "skip=NUMBER"),
        ] {
            let error = text.parse::<FaultSpec>().unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[tokio::test]
    async fn faults_happen_to_the_requests_that_they_are_for() {
        let simulator = Simulator::start().await.unwrap();
        let specs = ["404,on=list_vpn_gateways,skip=1,times=2", "410,times=all"];
        let specs = specs.map(|spec| spec.parse().unwrap()).to_vec();
        simulator.set_fault_source(source(specs));
        let client = simulator.client().unwrap();
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(client.gateways().await.unwrap_err().status());
        }
        assert_eq!(statuses, [410, 404, 404, 410].map(Some));
        assert_eq!(client.show("18be2aa1").await.unwrap_err().status(), Some(410));
    }
}
