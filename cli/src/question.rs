//! Questions before something is changed.

use std::io::{self, IsTerminal, Write};

use crate::failure::Failure;
use crate::output::Output;
use crate::text::clean_lines;

/// Goes on only if the user types `yes`.
pub(crate) async fn confirm(question: &str, output: &Output) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        let message = "there is no terminal to ask on; `--yes` goes on without; nothing was sent";
        return Err(Failure::Usage(message.to_owned()));
    }
    let mut out = output.stderr();
    write!(out, "{}\nGo on? Type `yes`: ", clean_lines(question))?;
    out.flush()?;
    drop(out);
    let (sender, answer) = tokio::sync::oneshot::channel();
    // A thread that nothing waits for: Ctrl-C ends the command at once.
    std::thread::spawn(move || {
        let mut line = String::new();
        let answer = io::stdin().read_line(&mut line).map(|_| line);
        sender.send(answer)
    });
    match answer.await {
        Ok(Ok(line)) if line.trim() == "yes" => Ok(()),
        _ => Err(Failure::Usage("not confirmed; nothing was sent".to_owned())),
    }
}
