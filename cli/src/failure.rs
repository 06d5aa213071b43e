//! Why a command ends without having done what it should.

use std::io::{self, Write};

use otc_vpn::{Error, WaitEnded};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::output::{ERROR, Format, Output};
use crate::problems::Problem;
use crate::text::{clean_json, clean_lines};

/// Why a command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A call of the library failed.
    Call(Error),
    /// Files are wrong.
    Files(Vec<Problem>),
    /// The command is wrong, or cannot be carried out here.
    Usage(String),
    /// What the user names does not exist.
    NotFound(String),
    /// A failure with what else is to be said about it, in the place of its own message.
    Told(Box<Self>, String),
    /// Nothing can be printed.
    Output(io::Error),
    Interrupted,
    /// A command ended after it had begun to change something.
    Stopped(Box<Stopped>),
}

/// How far a command came.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    /// More for `-o json`: an object.
    pub(crate) details: Value,
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(Box::new(stopped))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Failure {
    /// The same, with what else is to be said: `tell` takes its message.
    pub(crate) fn told(self, tell: impl FnOnce(String) -> String) -> Self {
        let message = tell(self.message());
        Self::Told(Box::new(self), message)
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Call(error) => error.into(),
            Self::Files(_) | Self::Usage(_) => Exit::Invalid,
            Self::NotFound(_) => Exit::NotFound,
            Self::Told(failure, _) => failure.exit(),
            // Who closed it has read enough.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::Output(_) => Exit::Refused,
            Self::Interrupted => Exit::Interrupted,
            Self::Stopped(stopped) => stopped.exit,
        }
    }

    /// The same with what to do next, if something may have been changed.
    pub(crate) fn advised(mut self, advice: &str) -> Self {
        if let Self::Stopped(stopped) = &mut self {
            stopped.message = format!("{}\n{advice}", stopped.message);
        }
        self
    }

    /// Says it on standard error, in the format that was asked for.
    pub(crate) fn report(&self, output: &Output) {
        if self.exit() == Exit::Done {
            return;
        }
        // Where standard error is closed, the exit status says it.
        let _ = match output.output {
            Format::Json => {
                let json = json!({ "error": self.json() }).to_string();
                writeln!(output.stderr(), "{}", clean_json(&json))
            }
            _ => self.write(output),
        };
    }

    fn write(&self, output: &Output) -> io::Result<()> {
        let mut out = output.stderr();
        let cause = if let Self::Told(failure, _) = self { failure } else { self };
        if let Self::Files(problems) = cause {
            problems.iter().try_for_each(|problem| problem.write(&mut out))?;
        }
        writeln!(out, "{ERROR}error{ERROR:#}: {}", clean_lines(&self.message()))
    }

    pub(crate) fn message(&self) -> String {
        match self {
            Self::Call(error) => error.to_string(),
            Self::Files(problems) => match problems.iter().filter(|it| it.is_error()).count() {
                1 => "1 mistake; nothing was sent".to_owned(),
                count => format!("{count} mistakes; nothing was sent"),
            },
            Self::Usage(message) | Self::NotFound(message) | Self::Told(_, message) => {
                message.clone()
            }
            Self::Output(error) => format!("cannot print the result: {error}"),
            Self::Interrupted => "interrupted".to_owned(),
            Self::Stopped(stopped) => stopped.message.clone(),
        }
    }

    fn json(&self) -> Value {
        let exit = self.exit();
        let mut all = json!({
            "exit": exit as u8,
            "meaning": exit.meaning(),
            "message": self.message(),
        });
        let cause = if let Self::Told(failure, _) = self { failure } else { self };
        let more = match cause {
            Self::Call(error) => json!({
                "operation": error.operation(),
                "status": error.status(),
                "code": error.code(),
                "service_message": error.service_message(),
                "request_id": error.request_id(),
                "retry_after_seconds": error.retry_after().map(|it| it.as_secs()),
                "connections": (!error.connections().is_empty()).then(|| error.connections()),
                "violations": error.violations(),
                "last_seen": error.wait_ended().map(last_seen),
            }),
            Self::Files(problems) => json!({ "problems": problems }),
            Self::Stopped(stopped) => stopped.details.clone(),
            _ => Value::Null,
        };
        if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
            all.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
        }
        all
    }
}

/// How a wait ended.
fn last_seen(ended: &WaitEnded) -> Vec<Value> {
    let connections = ended.connections().iter();
    let seen = connections.map(|last| json!({ "id": last.connection.id, "status": last.status }));
    seen.collect()
}
